namespace DataBright.Learning.Arithmetic;

/// <summary>What a random number is drawn for. The values are part of the definition of a training run and never change.</summary>
internal enum Purpose : byte
{
    Initialise = 1,
    Shuffle = 2,
    Resample = 3,
    Dropout = 4,
    Divide = 5,
    Validate = 16,
    Coalition = 17,
    Corrupt = 18,
    Noise = 19,
    Control = 20,
}

/// <summary>Random numbers as a function of (seed, purpose, step, index): the seed is the key of Philox, the rest its counter.</summary>
internal readonly struct Chance(ulong seed, Purpose purpose, ulong step)
{
    /// <summary>64 uniform bits.</summary>
    public ulong Bits(ulong index)
    {
        var block = Block(index);
        return ((ulong)block.B << 32) | block.A;
    }

    /// <summary>128 uniform bits, of which <see cref="Bits"/> are half.</summary>
    public Philox.Block Block(ulong index) =>
        Philox.Generate(new Philox.Block((uint)index, (uint)(index >> 32), (uint)step,
            ((uint)purpose << 24) | ((uint)(step >> 32) & 0xFFFFFF)), (uint)seed, (uint)(seed >> 32));

    /// <summary>Uniform in [−1, 1): a multiple of 2^−23, exact in binary32.</summary>
    public float Symmetric(ulong index) => ((int)(Bits(index) >> 40) - (1 << 23)) * (1f / (1 << 23));

    /// <summary>Uniform in 0 … <paramref name="bound"/> − 1, up to a bias below bound · 2^−64.</summary>
    public int Below(int bound, ulong index) => (int)Math.BigMul(Bits(index), (ulong)bound, out _);

    /// <summary>A permutation of 0 … count − 1 (Fisher–Yates, from the last place down).</summary>
    public void Permute(Span<int> order)
    {
        for (var i = 0; i < order.Length; i++) order[i] = i;
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1, (ulong)i);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
