namespace DataBright.Node.Watching.Prometheus;

/// <summary>Where one series stands.</summary>
/// <param name="bounds">The upper bounds of a histogram's buckets; null for a single number.</param>
internal sealed class Series(double[]? bounds)
{
    private readonly Lock _one = new();
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private double _sum;

    public void Set(double value)
    {
        lock (_one) _sum = value;
    }

    public void Add(double value)
    {
        lock (_one)
        {
            _sum += value;
            if (_buckets is not null) _buckets[BucketOf(value)]++;
        }
    }

    public void Write(ExpositionWriter text, string name, string labels)
    {
        double sum;
        long[]? buckets;
        lock (_one) (sum, buckets) = (_sum, (long[]?)_buckets?.Clone());
        if (buckets is null)
        {
            text.Sample(name, labels, sum);
            return;
        }

        long below = 0;
        for (var i = 0; i < buckets.Length; i++)
            text.Sample(name + "_bucket", ExpositionWriter.With(labels, "le",
                i < bounds!.Length ? ExpositionWriter.Number(bounds[i]) : "+Inf"), below += buckets[i]);
        text.Sample(name + "_sum", labels, sum);
        text.Sample(name + "_count", labels, below);
    }

    /// <summary>A bucket holds what is at most its bound; what is no number is in none but the last.</summary>
    private int BucketOf(double value)
    {
        for (var i = 0; i < bounds!.Length; i++)
            if (value <= bounds[i]) return i;
        return bounds.Length;
    }
}
