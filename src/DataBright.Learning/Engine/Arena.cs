using System.Runtime.CompilerServices;

namespace DataBright.Learning.Engine;

/// <summary>The memory of one network: buffers of zeros that do not move, all taken before the first step.</summary>
/// <param name="measures">Only adds up what would be taken, and hands out nothing.</param>
internal sealed unsafe class Arena(bool measures = false)
{
    private const int Alignment = 64;
    private const int Slack = 64;
    private readonly List<Array> _buffers = [];

    /// <summary>Bytes taken.</summary>
    public long Bytes { get; private set; }

    /// <summary>A cleared buffer that starts at a cache line; vectors may be read a little beyond its end.</summary>
    public float* Floats(long count)
    {
        Bytes = checked(Bytes + sizeof(float) * (count + Slack));
        if (measures) return null;
        if (count > Array.MaxLength - Slack)
            throw new ArgumentException(
                $"A buffer of {count} values is more than the {Array.MaxLength - Slack} that are possible; take a smaller batch.");
        var buffer = GC.AllocateArray<float>((int)count + Slack, pinned: true);
        _buffers.Add(buffer);
        var address = (nint)Unsafe.AsPointer(ref buffer[0]);
        return (float*)((address + Alignment - 1) & -Alignment);
    }

    /// <summary>A buffer that holds a one.</summary>
    public float* One()
    {
        var one = Floats(1);
        if (one != null) *one = 1f;
        return one;
    }
}
