namespace DataBright.Learning.Arithmetic;

/// <summary>
/// A vector of independent binary32 lanes. Kernels are written once over this interface and compiled for each width;
/// every lane does the same IEEE operations as the scalar, so a width cannot change a result.
/// </summary>
internal unsafe interface ILanes<V> where V : unmanaged
{
    /// <summary>Lanes in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Vectors the processor can keep in registers.</summary>
    static abstract int Registers { get; }

    static abstract V Zero { get; }

    static abstract V Load(float* from);

    static abstract V Broadcast(float* from);

    /// <summary>The first <paramref name="count"/> lanes; the others are zero and their memory is not touched.</summary>
    static abstract V LoadFirst(float* from, int count);

    static abstract void Store(float* to, V value);

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    static abstract void StoreFirst(float* to, V value, int count);

    /// <summary>round(a·b + c) in each lane.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    static abstract V SquareRoot(V x);

    /// <summary>value where a &lt; b, else otherwise.</summary>
    static abstract V WhereLess(V a, V b, V value, V otherwise);

    /// <summary>2^x for whole −126 ≤ x ≤ 127; anything for other lanes.</summary>
    static abstract V PowerOfTwo(V x);

    /// <summary>⌊x ÷ 2⌋ for whole x below 2^31 in magnitude; anything for other lanes.</summary>
    static abstract V Half(V x);

    /// <summary>x, or +0 where x ≤ 0. NaN stays NaN.</summary>
    static abstract V Rectify(V x);

    /// <summary>gradient, or +0 where y ≤ 0.</summary>
    static abstract V RectifyBack(V y, V gradient);

    /// <summary>x where x &gt; best, else best.</summary>
    static abstract V Larger(V x, V best);

    /// <summary>value where a = b, else otherwise.</summary>
    static abstract V WhereEqual(V a, V b, V value, V otherwise);
}
