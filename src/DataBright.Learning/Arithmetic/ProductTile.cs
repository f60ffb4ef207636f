using System.Runtime.CompilerServices;

namespace DataBright.Learning.Arithmetic;

/// <summary>A number known when a kernel is compiled, so that unused accumulators vanish.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}

/// <summary>
/// What one tile of a product reads and writes. C[r, c] = Σ A[r, k]·B[k, c], one chain of fused multiply-adds in ascending k
/// that starts at zero, or at C when <see cref="Continues"/>. k runs over segments: in segment s it steps <see cref="Length"/>
/// times through A and B, both starting at their segment's place. Strides count floats.
/// </summary>
internal unsafe struct ProductTask
{
    public float* A;
    public float* B;
    public float* C;
    public float* Bias;
    public nint ARow;
    public nint AStep;
    public nint ASegment;
    public nint BStep;
    public nint BSegment;
    public nint CRow;
    public int Segments;
    public int Length;
    public int Columns;
    public bool Continues;
}

/// <summary>
/// The register tile of every matrix product: up to 14 rows by one or two vectors, each accumulator an independent chain.
/// <c>Rows</c> multiplies rows of A (A steps by one float), <c>Columns</c> multiplies columns of A (A's rows are neighbours).
/// </summary>
internal static unsafe class ProductTile<L, V>
    where L : struct, ILanes<V>
    where V : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<R, N>(ProductTask* task)
        where R : struct, IConstant
        where N : struct, IConstant
    {
        int rows = R.Value, vectors = N.Value;
        V c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13;
        V d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13;
        c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = c8 = c9 = c10 = c11 = c12 = c13 = L.Zero;
        d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = d8 = d9 = d10 = d11 = d12 = d13 = L.Zero;
        if (task->Continues)
        {
            var from = task->C;
            var row = task->CRow;
            var isPartial = vectors == 1 && task->Columns < L.Count;
            c0 = isPartial ? L.LoadFirst(from, task->Columns) : L.Load(from);
            if (rows > 1) c1 = isPartial ? L.LoadFirst(from + row, task->Columns) : L.Load(from + row);
            if (rows > 2) c2 = isPartial ? L.LoadFirst(from + 2 * row, task->Columns) : L.Load(from + 2 * row);
            if (rows > 3) c3 = isPartial ? L.LoadFirst(from + 3 * row, task->Columns) : L.Load(from + 3 * row);
            if (rows > 4) c4 = isPartial ? L.LoadFirst(from + 4 * row, task->Columns) : L.Load(from + 4 * row);
            if (rows > 5) c5 = isPartial ? L.LoadFirst(from + 5 * row, task->Columns) : L.Load(from + 5 * row);
            if (rows > 6) c6 = isPartial ? L.LoadFirst(from + 6 * row, task->Columns) : L.Load(from + 6 * row);
            if (rows > 7) c7 = isPartial ? L.LoadFirst(from + 7 * row, task->Columns) : L.Load(from + 7 * row);
            if (rows > 8) c8 = isPartial ? L.LoadFirst(from + 8 * row, task->Columns) : L.Load(from + 8 * row);
            if (rows > 9) c9 = isPartial ? L.LoadFirst(from + 9 * row, task->Columns) : L.Load(from + 9 * row);
            if (rows > 10) c10 = isPartial ? L.LoadFirst(from + 10 * row, task->Columns) : L.Load(from + 10 * row);
            if (rows > 11) c11 = isPartial ? L.LoadFirst(from + 11 * row, task->Columns) : L.Load(from + 11 * row);
            if (rows > 12) c12 = isPartial ? L.LoadFirst(from + 12 * row, task->Columns) : L.Load(from + 12 * row);
            if (rows > 13) c13 = isPartial ? L.LoadFirst(from + 13 * row, task->Columns) : L.Load(from + 13 * row);
            if (vectors == 2)
            {
                from += L.Count;
                d0 = L.Load(from);
                if (rows > 1) d1 = L.Load(from + row);
                if (rows > 2) d2 = L.Load(from + 2 * row);
                if (rows > 3) d3 = L.Load(from + 3 * row);
                if (rows > 4) d4 = L.Load(from + 4 * row);
                if (rows > 5) d5 = L.Load(from + 5 * row);
                if (rows > 6) d6 = L.Load(from + 6 * row);
                if (rows > 7) d7 = L.Load(from + 7 * row);
                if (rows > 8) d8 = L.Load(from + 8 * row);
                if (rows > 9) d9 = L.Load(from + 9 * row);
                if (rows > 10) d10 = L.Load(from + 10 * row);
                if (rows > 11) d11 = L.Load(from + 11 * row);
                if (rows > 12) d12 = L.Load(from + 12 * row);
                if (rows > 13) d13 = L.Load(from + 13 * row);
            }
        }

        var stride = task->ARow;
        var bStep = task->BStep;
        var aSegment = task->A;
        var bSegment = task->B;
        for (var segment = task->Segments; segment > 0; segment--)
        {
            var b = bSegment;
            var a0 = aSegment;
            var a3 = aSegment + 3 * stride;
            var a6 = aSegment + 6 * stride;
            var a9 = aSegment + 9 * stride;
            var a12 = aSegment + 12 * stride;
            for (var k = task->Length; k > 0; k--)
            {
                var x = L.Load(b);
                var y = vectors == 2 ? L.Load(b + L.Count) : L.Zero;
                {
                    var v = L.Broadcast(a0);
                    c0 = L.MultiplyAdd(v, x, c0);
                    if (vectors == 2) d0 = L.MultiplyAdd(v, y, d0);
                }
                if (rows > 1)
                {
                    var v = L.Broadcast(a0 + stride);
                    c1 = L.MultiplyAdd(v, x, c1);
                    if (vectors == 2) d1 = L.MultiplyAdd(v, y, d1);
                }
                if (rows > 2)
                {
                    var v = L.Broadcast(a0 + 2 * stride);
                    c2 = L.MultiplyAdd(v, x, c2);
                    if (vectors == 2) d2 = L.MultiplyAdd(v, y, d2);
                }
                if (rows > 3)
                {
                    var v = L.Broadcast(a3);
                    c3 = L.MultiplyAdd(v, x, c3);
                    if (vectors == 2) d3 = L.MultiplyAdd(v, y, d3);
                }
                if (rows > 4)
                {
                    var v = L.Broadcast(a3 + stride);
                    c4 = L.MultiplyAdd(v, x, c4);
                    if (vectors == 2) d4 = L.MultiplyAdd(v, y, d4);
                }
                if (rows > 5)
                {
                    var v = L.Broadcast(a3 + 2 * stride);
                    c5 = L.MultiplyAdd(v, x, c5);
                    if (vectors == 2) d5 = L.MultiplyAdd(v, y, d5);
                }
                if (rows > 6)
                {
                    var v = L.Broadcast(a6);
                    c6 = L.MultiplyAdd(v, x, c6);
                    if (vectors == 2) d6 = L.MultiplyAdd(v, y, d6);
                }
                if (rows > 7)
                {
                    var v = L.Broadcast(a6 + stride);
                    c7 = L.MultiplyAdd(v, x, c7);
                    if (vectors == 2) d7 = L.MultiplyAdd(v, y, d7);
                }
                if (rows > 8)
                {
                    var v = L.Broadcast(a6 + 2 * stride);
                    c8 = L.MultiplyAdd(v, x, c8);
                    if (vectors == 2) d8 = L.MultiplyAdd(v, y, d8);
                }
                if (rows > 9)
                {
                    var v = L.Broadcast(a9);
                    c9 = L.MultiplyAdd(v, x, c9);
                    if (vectors == 2) d9 = L.MultiplyAdd(v, y, d9);
                }
                if (rows > 10)
                {
                    var v = L.Broadcast(a9 + stride);
                    c10 = L.MultiplyAdd(v, x, c10);
                    if (vectors == 2) d10 = L.MultiplyAdd(v, y, d10);
                }
                if (rows > 11)
                {
                    var v = L.Broadcast(a9 + 2 * stride);
                    c11 = L.MultiplyAdd(v, x, c11);
                    if (vectors == 2) d11 = L.MultiplyAdd(v, y, d11);
                }
                if (rows > 12)
                {
                    var v = L.Broadcast(a12);
                    c12 = L.MultiplyAdd(v, x, c12);
                    if (vectors == 2) d12 = L.MultiplyAdd(v, y, d12);
                }
                if (rows > 13)
                {
                    var v = L.Broadcast(a12 + stride);
                    c13 = L.MultiplyAdd(v, x, c13);
                    if (vectors == 2) d13 = L.MultiplyAdd(v, y, d13);
                }

                a0++;
                if (rows > 3) a3++;
                if (rows > 6) a6++;
                if (rows > 9) a9++;
                if (rows > 12) a12++;
                b += bStep;
            }

            aSegment += task->ASegment;
            bSegment += task->BSegment;
        }

        if (task->Bias != null)
        {
            var bias = L.Load(task->Bias);
            c0 = L.Add(c0, bias);
            if (rows > 1) c1 = L.Add(c1, bias);
            if (rows > 2) c2 = L.Add(c2, bias);
            if (rows > 3) c3 = L.Add(c3, bias);
            if (rows > 4) c4 = L.Add(c4, bias);
            if (rows > 5) c5 = L.Add(c5, bias);
            if (rows > 6) c6 = L.Add(c6, bias);
            if (rows > 7) c7 = L.Add(c7, bias);
            if (rows > 8) c8 = L.Add(c8, bias);
            if (rows > 9) c9 = L.Add(c9, bias);
            if (rows > 10) c10 = L.Add(c10, bias);
            if (rows > 11) c11 = L.Add(c11, bias);
            if (rows > 12) c12 = L.Add(c12, bias);
            if (rows > 13) c13 = L.Add(c13, bias);
            if (vectors == 2)
            {
                bias = L.Load(task->Bias + L.Count);
                d0 = L.Add(d0, bias);
                if (rows > 1) d1 = L.Add(d1, bias);
                if (rows > 2) d2 = L.Add(d2, bias);
                if (rows > 3) d3 = L.Add(d3, bias);
                if (rows > 4) d4 = L.Add(d4, bias);
                if (rows > 5) d5 = L.Add(d5, bias);
                if (rows > 6) d6 = L.Add(d6, bias);
                if (rows > 7) d7 = L.Add(d7, bias);
                if (rows > 8) d8 = L.Add(d8, bias);
                if (rows > 9) d9 = L.Add(d9, bias);
                if (rows > 10) d10 = L.Add(d10, bias);
                if (rows > 11) d11 = L.Add(d11, bias);
                if (rows > 12) d12 = L.Add(d12, bias);
                if (rows > 13) d13 = L.Add(d13, bias);
            }
        }

        var to = task->C;
        var next = task->CRow;
        if (vectors == 1 && task->Columns < L.Count)
        {
            var columns = task->Columns;
            L.StoreFirst(to, c0, columns);
            if (rows > 1) L.StoreFirst(to + next, c1, columns);
            if (rows > 2) L.StoreFirst(to + 2 * next, c2, columns);
            if (rows > 3) L.StoreFirst(to + 3 * next, c3, columns);
            if (rows > 4) L.StoreFirst(to + 4 * next, c4, columns);
            if (rows > 5) L.StoreFirst(to + 5 * next, c5, columns);
            if (rows > 6) L.StoreFirst(to + 6 * next, c6, columns);
            if (rows > 7) L.StoreFirst(to + 7 * next, c7, columns);
            if (rows > 8) L.StoreFirst(to + 8 * next, c8, columns);
            if (rows > 9) L.StoreFirst(to + 9 * next, c9, columns);
            if (rows > 10) L.StoreFirst(to + 10 * next, c10, columns);
            if (rows > 11) L.StoreFirst(to + 11 * next, c11, columns);
            if (rows > 12) L.StoreFirst(to + 12 * next, c12, columns);
            if (rows > 13) L.StoreFirst(to + 13 * next, c13, columns);
            return;
        }

        L.Store(to, c0);
        if (rows > 1) L.Store(to + next, c1);
        if (rows > 2) L.Store(to + 2 * next, c2);
        if (rows > 3) L.Store(to + 3 * next, c3);
        if (rows > 4) L.Store(to + 4 * next, c4);
        if (rows > 5) L.Store(to + 5 * next, c5);
        if (rows > 6) L.Store(to + 6 * next, c6);
        if (rows > 7) L.Store(to + 7 * next, c7);
        if (rows > 8) L.Store(to + 8 * next, c8);
        if (rows > 9) L.Store(to + 9 * next, c9);
        if (rows > 10) L.Store(to + 10 * next, c10);
        if (rows > 11) L.Store(to + 11 * next, c11);
        if (rows > 12) L.Store(to + 12 * next, c12);
        if (rows > 13) L.Store(to + 13 * next, c13);
        if (vectors == 1) return;
        to += L.Count;
        L.Store(to, d0);
        if (rows > 1) L.Store(to + next, d1);
        if (rows > 2) L.Store(to + 2 * next, d2);
        if (rows > 3) L.Store(to + 3 * next, d3);
        if (rows > 4) L.Store(to + 4 * next, d4);
        if (rows > 5) L.Store(to + 5 * next, d5);
        if (rows > 6) L.Store(to + 6 * next, d6);
        if (rows > 7) L.Store(to + 7 * next, d7);
        if (rows > 8) L.Store(to + 8 * next, d8);
        if (rows > 9) L.Store(to + 9 * next, d9);
        if (rows > 10) L.Store(to + 10 * next, d10);
        if (rows > 11) L.Store(to + 11 * next, d11);
        if (rows > 12) L.Store(to + 12 * next, d12);
        if (rows > 13) L.Store(to + 13 * next, d13);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns<R, N>(ProductTask* task)
        where R : struct, IConstant
        where N : struct, IConstant
    {
        int rows = R.Value, vectors = N.Value;
        V c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13;
        V d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13;
        c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = c8 = c9 = c10 = c11 = c12 = c13 = L.Zero;
        d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = d8 = d9 = d10 = d11 = d12 = d13 = L.Zero;
        if (task->Continues)
        {
            var from = task->C;
            var row = task->CRow;
            c0 = L.Load(from);
            if (rows > 1) c1 = L.Load(from + row);
            if (rows > 2) c2 = L.Load(from + 2 * row);
            if (rows > 3) c3 = L.Load(from + 3 * row);
            if (rows > 4) c4 = L.Load(from + 4 * row);
            if (rows > 5) c5 = L.Load(from + 5 * row);
            if (rows > 6) c6 = L.Load(from + 6 * row);
            if (rows > 7) c7 = L.Load(from + 7 * row);
            if (rows > 8) c8 = L.Load(from + 8 * row);
            if (rows > 9) c9 = L.Load(from + 9 * row);
            if (rows > 10) c10 = L.Load(from + 10 * row);
            if (rows > 11) c11 = L.Load(from + 11 * row);
            if (rows > 12) c12 = L.Load(from + 12 * row);
            if (rows > 13) c13 = L.Load(from + 13 * row);
            if (vectors == 2)
            {
                from += L.Count;
                d0 = L.Load(from);
                if (rows > 1) d1 = L.Load(from + row);
                if (rows > 2) d2 = L.Load(from + 2 * row);
                if (rows > 3) d3 = L.Load(from + 3 * row);
                if (rows > 4) d4 = L.Load(from + 4 * row);
                if (rows > 5) d5 = L.Load(from + 5 * row);
                if (rows > 6) d6 = L.Load(from + 6 * row);
                if (rows > 7) d7 = L.Load(from + 7 * row);
                if (rows > 8) d8 = L.Load(from + 8 * row);
                if (rows > 9) d9 = L.Load(from + 9 * row);
                if (rows > 10) d10 = L.Load(from + 10 * row);
                if (rows > 11) d11 = L.Load(from + 11 * row);
                if (rows > 12) d12 = L.Load(from + 12 * row);
                if (rows > 13) d13 = L.Load(from + 13 * row);
            }
        }

        var columns = task->Columns;
        var partial = vectors == 1 && columns < L.Count;
        var aStep = task->AStep;
        var bStep = task->BStep;
        var aSegment = task->A;
        var bSegment = task->B;
        for (var segment = task->Segments; segment > 0; segment--)
        {
            var b = bSegment;
            var a = aSegment;
            for (var k = task->Length; k > 0; k--)
            {
                var x = partial ? L.LoadFirst(b, columns) : L.Load(b);
                var y = vectors == 2 ? L.Load(b + L.Count) : L.Zero;
                {
                    var v = L.Broadcast(a);
                    c0 = L.MultiplyAdd(v, x, c0);
                    if (vectors == 2) d0 = L.MultiplyAdd(v, y, d0);
                }
                if (rows > 1)
                {
                    var v = L.Broadcast(a + 1);
                    c1 = L.MultiplyAdd(v, x, c1);
                    if (vectors == 2) d1 = L.MultiplyAdd(v, y, d1);
                }
                if (rows > 2)
                {
                    var v = L.Broadcast(a + 2);
                    c2 = L.MultiplyAdd(v, x, c2);
                    if (vectors == 2) d2 = L.MultiplyAdd(v, y, d2);
                }
                if (rows > 3)
                {
                    var v = L.Broadcast(a + 3);
                    c3 = L.MultiplyAdd(v, x, c3);
                    if (vectors == 2) d3 = L.MultiplyAdd(v, y, d3);
                }
                if (rows > 4)
                {
                    var v = L.Broadcast(a + 4);
                    c4 = L.MultiplyAdd(v, x, c4);
                    if (vectors == 2) d4 = L.MultiplyAdd(v, y, d4);
                }
                if (rows > 5)
                {
                    var v = L.Broadcast(a + 5);
                    c5 = L.MultiplyAdd(v, x, c5);
                    if (vectors == 2) d5 = L.MultiplyAdd(v, y, d5);
                }
                if (rows > 6)
                {
                    var v = L.Broadcast(a + 6);
                    c6 = L.MultiplyAdd(v, x, c6);
                    if (vectors == 2) d6 = L.MultiplyAdd(v, y, d6);
                }
                if (rows > 7)
                {
                    var v = L.Broadcast(a + 7);
                    c7 = L.MultiplyAdd(v, x, c7);
                    if (vectors == 2) d7 = L.MultiplyAdd(v, y, d7);
                }
                if (rows > 8)
                {
                    var v = L.Broadcast(a + 8);
                    c8 = L.MultiplyAdd(v, x, c8);
                    if (vectors == 2) d8 = L.MultiplyAdd(v, y, d8);
                }
                if (rows > 9)
                {
                    var v = L.Broadcast(a + 9);
                    c9 = L.MultiplyAdd(v, x, c9);
                    if (vectors == 2) d9 = L.MultiplyAdd(v, y, d9);
                }
                if (rows > 10)
                {
                    var v = L.Broadcast(a + 10);
                    c10 = L.MultiplyAdd(v, x, c10);
                    if (vectors == 2) d10 = L.MultiplyAdd(v, y, d10);
                }
                if (rows > 11)
                {
                    var v = L.Broadcast(a + 11);
                    c11 = L.MultiplyAdd(v, x, c11);
                    if (vectors == 2) d11 = L.MultiplyAdd(v, y, d11);
                }
                if (rows > 12)
                {
                    var v = L.Broadcast(a + 12);
                    c12 = L.MultiplyAdd(v, x, c12);
                    if (vectors == 2) d12 = L.MultiplyAdd(v, y, d12);
                }
                if (rows > 13)
                {
                    var v = L.Broadcast(a + 13);
                    c13 = L.MultiplyAdd(v, x, c13);
                    if (vectors == 2) d13 = L.MultiplyAdd(v, y, d13);
                }

                a += aStep;
                b += bStep;
            }

            aSegment += task->ASegment;
            bSegment += task->BSegment;
        }

        var to = task->C;
        var next = task->CRow;
        L.Store(to, c0);
        if (rows > 1) L.Store(to + next, c1);
        if (rows > 2) L.Store(to + 2 * next, c2);
        if (rows > 3) L.Store(to + 3 * next, c3);
        if (rows > 4) L.Store(to + 4 * next, c4);
        if (rows > 5) L.Store(to + 5 * next, c5);
        if (rows > 6) L.Store(to + 6 * next, c6);
        if (rows > 7) L.Store(to + 7 * next, c7);
        if (rows > 8) L.Store(to + 8 * next, c8);
        if (rows > 9) L.Store(to + 9 * next, c9);
        if (rows > 10) L.Store(to + 10 * next, c10);
        if (rows > 11) L.Store(to + 11 * next, c11);
        if (rows > 12) L.Store(to + 12 * next, c12);
        if (rows > 13) L.Store(to + 13 * next, c13);
        if (vectors == 1) return;
        to += L.Count;
        L.Store(to, d0);
        if (rows > 1) L.Store(to + next, d1);
        if (rows > 2) L.Store(to + 2 * next, d2);
        if (rows > 3) L.Store(to + 3 * next, d3);
        if (rows > 4) L.Store(to + 4 * next, d4);
        if (rows > 5) L.Store(to + 5 * next, d5);
        if (rows > 6) L.Store(to + 6 * next, d6);
        if (rows > 7) L.Store(to + 7 * next, d7);
        if (rows > 8) L.Store(to + 8 * next, d8);
        if (rows > 9) L.Store(to + 9 * next, d9);
        if (rows > 10) L.Store(to + 10 * next, d10);
        if (rows > 11) L.Store(to + 11 * next, d11);
        if (rows > 12) L.Store(to + 12 * next, d12);
        if (rows > 13) L.Store(to + 13 * next, d13);
    }
}
