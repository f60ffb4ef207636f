using System.Runtime.CompilerServices;

namespace DataBright.Learning.Engine;

/// <summary>The memory of one network: buffers of zeros that do not move, all taken before the first step.</summary>
internal sealed unsafe class Arena
{
    private const int Alignment = 64;
    private const int Slack = 64;
    private readonly List<Array> _buffers = [];

    /// <summary>A cleared buffer that starts at a cache line; vectors may be read a little beyond its end.</summary>
    public float* Floats(long count)
    {
        var buffer = GC.AllocateArray<float>(checked((int)count + Slack), pinned: true);
        _buffers.Add(buffer);
        var address = (nint)Unsafe.AsPointer(ref buffer[0]);
        return (float*)((address + Alignment - 1) & -Alignment);
    }
}
