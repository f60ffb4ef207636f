using System.Globalization;

namespace DataBright.Demo;

/// <summary>
/// How the story's shareholders vote, said aloud before they do: yes if the measured gain is above zero with its whole interval and
/// fewer than one point in twenty is in the dataset already.
/// </summary>
internal static class VotingRule
{
    public const double MaxDuplicates = 0.05;

    public const string InWords =
        "yes if the whole 95 % interval of the gain is above zero and fewer than 5 % of the points are in already";

    public static (bool Yes, string Reason) Judge(Gain gain, double duplicateShare)
    {
        if (duplicateShare >= MaxDuplicates)
            return (false, string.Create(CultureInfo.InvariantCulture, $"{duplicateShare:P0} of the points are not new"));
        return gain.Low > 0
            ? (true, string.Create(CultureInfo.InvariantCulture, $"raises accuracy by {gain.Mean * 100:0.0} points"))
            : (false, string.Create(CultureInfo.InvariantCulture,
                $"no sure gain: {Points(gain.Mean)} points, interval {Points(gain.Low)} to {Points(gain.High)}"));
    }

    /// <summary>Rounded first: what is nearly nothing has no sign.</summary>
    public static string Points(double part) => Math.Round(part * 100, 1).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
}

/// <summary>A measured difference of accuracies (0 to 1) with its interval over seeds.</summary>
internal sealed record Gain(double Before, double After, double Mean, double Low, double High);
