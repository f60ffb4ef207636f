namespace DataBright.Learning.Training;

/// <summary>How many of a number of examples were classified right.</summary>
/// <param name="Correct">Examples whose label is the class with the largest score (the first of equals).</param>
/// <param name="Total">Examples looked at.</param>
public readonly record struct Accuracy(int Correct, int Total)
{
    /// <summary>Correct ÷ total, 0 to 1; 0 where nothing was looked at.</summary>
    public double Value => Total == 0 ? 0 : (double)Correct / Total;

    /// <summary>For example <c>98.73 % (9873 of 10000)</c>.</summary>
    public override string ToString() => $"{100 * Value:F2} % ({Correct} of {Total})";
}
