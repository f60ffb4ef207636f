using DataBright.Learning.Examples;

namespace DataBright.Compute.Points;

/// <summary>How a file of points is to be understood, where neither the file nor the dataset says it.</summary>
public sealed record PointFileForm
{
    /// <summary>The column of the labels; the last one where nobody says.</summary>
    public string? Label { get; init; }

    /// <summary>Columns that are left out.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>What stands between the fields of a table.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Numbers have a comma before their decimals.</summary>
    public bool HasDecimalComma { get; init; }

    /// <summary>The first line names the columns.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>What becomes of numbers that are missing; they are refused where nobody says.</summary>
    public MissingNumbers? Missing { get; init; }

    /// <summary>Pictures of another size are brought to the dataset's.</summary>
    public bool FitsPictures { get; init; }
}
