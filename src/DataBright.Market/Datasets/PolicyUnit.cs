namespace DataBright.Market.Datasets;

/// <summary>What a field of a policy counts, which decides how it is read and shown.</summary>
public enum PolicyUnit
{
    /// <summary>A <see cref="TimeSpan"/>.</summary>
    Time,

    /// <summary>An <see cref="int"/>: hundredths of a percent of a whole.</summary>
    Part,

    /// <summary>An <see cref="int"/>: ten thousandths, by which something is multiplied.</summary>
    Factor,

    /// <summary>A <see cref="Market.Money"/>.</summary>
    Dollars,

    /// <summary>A <see cref="ShareAmount"/>.</summary>
    Shares,
}
