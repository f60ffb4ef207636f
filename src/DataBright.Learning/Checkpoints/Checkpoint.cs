using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DataBright.Learning.Files;

namespace DataBright.Learning.Checkpoints;

/// <summary>The parameters of a model: tensors with unique names, in ordinal order of the names. Immutable.</summary>
public sealed class Checkpoint
{
    private readonly Lazy<Digest> _hash;

    /// <summary>Sorts the tensors by name.</summary>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    public Checkpoint(IEnumerable<Tensor> tensors)
    {
        Tensors = [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        for (var index = 1; index < Tensors.Count; index++)
            if (Tensors[index].Name == Tensors[index - 1].Name)
                throw new ArgumentException($"Two tensors are named '{Tensors[index].Name}'.", nameof(tensors));
        _hash = new Lazy<Digest>(() => HashOf(Tensors));
    }

    /// <summary>The tensors, in ordinal order of their names.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>
    /// SHA-256 over the line <c>databright.checkpoint/1</c> and, for each tensor in order: the length of its name in UTF-8
    /// (4 bytes), the name, the number of dimensions (4 bytes), each dimension (8 bytes), and the bits of each value (4 bytes);
    /// integers and bits little-endian. Every bit counts: −0 and +0 differ.
    /// </summary>
    public Digest Hash => _hash.Value;

    /// <summary>Values in all tensors together.</summary>
    public int ParameterCount => Tensors.Sum(tensor => tensor.Values.Length);

    /// <summary>The tensor of that name, or null.</summary>
    public Tensor? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    /// <summary>The bytes of a safetensors file: equal checkpoints give equal files.</summary>
    public byte[] ToBytes() => Safetensors.Write(Tensors, metadata: null);

    /// <summary>The same with metadata, which the hash does not count.</summary>
    public byte[] ToBytes(IReadOnlyDictionary<string, string> metadata) =>
        Safetensors.Write(Tensors, metadata.Count == 0 ? null : metadata);

    /// <summary>Reads the bytes of a safetensors file. Metadata is allowed and ignored; tensors must be F32.</summary>
    /// <param name="content">The file.</param>
    /// <param name="document">What errors call it.</param>
    /// <exception cref="MalformedInputException">The bytes are no such file; the message says where and why.</exception>
    public static Checkpoint Parse(ReadOnlySpan<byte> content, string document = "checkpoint") =>
        new(Safetensors.Read(content, document).Tensors);

    /// <summary>Writes the file in one go and replaces an older one only when the new one is complete.</summary>
    public async Task SaveAsync(string path, CancellationToken stop = default)
    {
        var partial = path + ".partial";
        await File.WriteAllBytesAsync(partial, ToBytes(), stop);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads a safetensors file.</summary>
    /// <exception cref="MalformedInputException">The file does not exist or is not a checkpoint.</exception>
    public static async Task<Checkpoint> LoadAsync(string path, CancellationToken stop = default)
    {
        var content = await InputFile.BytesAsync(path, stop);
        try
        {
            return Parse(content, path);
        }
        catch (MalformedInputException)
            when (FileKind.Describe(content.AsSpan(0, Math.Min(content.Length, FileKind.HeadLength))) is { } other)
        {
            throw new MalformedInputException(path, other);
        }
    }

    /// <summary>
    /// Refuses parameters that are infinite or not numbers: no training makes them, and nothing that is computed with them is an answer.
    /// </summary>
    /// <exception cref="MalformedInputException">One is; the message names its tensor.</exception>
    public void RequireFinite(string document = "checkpoint")
    {
        foreach (var tensor in Tensors)
            for (var at = 0; at < tensor.Span.Length; at++)
                if (!float.IsFinite(tensor.Span[at]))
                    throw new MalformedInputException(document, string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"value {at} of tensor '{tensor.Name}' is {tensor.Span[at]}; parameters are finite numbers"));
    }

    /// <summary>The hash of tensors that are in ordinal order of their names.</summary>
    internal static Digest HashOf(IReadOnlyList<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("databright.checkpoint/1\n"u8);
        Span<byte> number = stackalloc byte[8];
        foreach (var tensor in tensors)
        {
            var name = Encoding.UTF8.GetBytes(tensor.Name);
            BinaryPrimitives.WriteInt32LittleEndian(number, name.Length);
            hash.AppendData(number[..4]);
            hash.AppendData(name);
            BinaryPrimitives.WriteInt32LittleEndian(number, tensor.Shape.Count);
            hash.AppendData(number[..4]);
            foreach (var dimension in tensor.Shape)
            {
                BinaryPrimitives.WriteInt64LittleEndian(number, dimension);
                hash.AppendData(number);
            }

            hash.AppendData(tensor.Bytes);
        }

        Span<byte> digest = stackalloc byte[Hash32.Size];
        hash.GetHashAndReset(digest);
        return new Digest(digest);
    }
}
