namespace DataBright.Learning.Examples;

/// <summary>How a CSV file is to be understood.</summary>
public sealed record CsvOptions
{
    /// <summary>The column of the labels; the last one when null.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Columns whose texts stand for categories; each becomes as many values as it has categories, of which one is 1. All others must be
    /// numbers.
    /// </summary>
    public IReadOnlyCollection<string> Categories { get; init; } = [];

    /// <summary>Columns that are left out, for example names and dates.</summary>
    public IReadOnlyCollection<string> Ignore { get; init; } = [];

    /// <summary>The classes to expect, in the order of their labels; any other label is an error. Found out when null.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Numbers are brought to mean 0 and deviation 1.</summary>
    public bool Standardise { get; init; }

    /// <summary>The scales of another file, to standardise as it was; for a test set those of the training set.</summary>
    public IReadOnlyList<CsvColumn>? Columns { get; init; }

    /// <summary>What stands between fields.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Whether the first line names the columns. Without one they are named 0, 1, 2 …</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Whether the first line is known to be names, whatever it looks like: the file it was made from keeps them apart.</summary>
    public bool HasCertainHeader { get; init; }

    /// <summary>Whether numbers have a comma where they usually have a point, as 1,5.</summary>
    public bool HasDecimalComma { get; init; }

    /// <summary>
    /// What becomes of numbers that are missing: the field is empty, NA, N/A, NaN, null, None or ?. They are refused when null.
    /// </summary>
    public MissingNumbers? Missing { get; init; }

    /// <summary>How much a file may hold, and until when it is read.</summary>
    public ExampleLimits Limits { get; init; } = ExampleLimits.Usual;
}

/// <summary>What becomes of numbers that are missing.</summary>
/// <param name="Instead">The number that stands in for them; null where the whole row is left out.</param>
public sealed record MissingNumbers(float? Instead);

/// <summary>A column of features, and what was done to it: all that is needed to treat another file the same way.</summary>
/// <param name="Name">As in the header.</param>
/// <param name="Categories">The categories in ordinal order; null for numbers.</param>
/// <param name="Mean">Subtracted from numbers; 0 unless standardised.</param>
/// <param name="Deviation">Numbers are then divided by it; 1 unless standardised.</param>
public sealed record CsvColumn(string Name, IReadOnlyList<string>? Categories, double Mean = 0, double Deviation = 1);

/// <summary>A table, as examples.</summary>
/// <param name="Examples">Flat examples: for each column its number, or its categories.</param>
/// <param name="Classes">The name of each class; label i is the i-th.</param>
/// <param name="Columns">The columns of features in the order of the file.</param>
/// <param name="RowsLeftOut">Rows that were left out because a number is missing.</param>
/// <param name="NumbersPutIn">Numbers that stand in for missing ones.</param>
public sealed record CsvTable(ExampleSet Examples, IReadOnlyList<string> Classes, IReadOnlyList<CsvColumn> Columns, int RowsLeftOut = 0,
    int NumbersPutIn = 0);
