using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DataBright.Learning.Shapes;
using DataBright.Node.Web;

namespace DataBright.Node.Models;

/// <summary>
/// Pictures that were tried, as the model saw them: drawn anew from its input, so that no byte of a stranger's file is ever served.
/// </summary>
internal sealed class TriedPictures
{
    private const int Most = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _pictures = [];
    private readonly Queue<string> _order = [];

    /// <param name="inputs">Channel by channel, each value from 0 to 1.</param>
    /// <param name="shape">Of one or three channels.</param>
    /// <returns>Its name.</returns>
    public string Keep(float[] inputs, ExampleShape shape)
    {
        var pixels = new byte[inputs.Length];
        int area = shape.Height * shape.Width;
        for (int channel = 0; channel < shape.Channels; channel++)
            for (int i = 0; i < area; i++)
                pixels[i * shape.Channels + channel] = (byte)Math.Clamp(MathF.Round(inputs[channel * area + i] * 255), 0, 255);
        var name = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(inputs.AsSpan())).AsSpan(0, 16));
        lock (_gate)
        {
            if (_pictures.ContainsKey(name)) return name;
            if (_order.Count == Most) _pictures.Remove(_order.Dequeue());
            _order.Enqueue(name);
            _pictures[name] = PngWriter.Encode(pixels, shape.Width, shape.Height, shape.Channels);
            return name;
        }
    }

    public byte[]? Find(string name)
    {
        lock (_gate) return _pictures.GetValueOrDefault(name);
    }
}
