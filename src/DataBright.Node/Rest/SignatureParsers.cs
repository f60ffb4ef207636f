using DataBright.Ethereum;

namespace DataBright.Node.Rest;

/// <summary>Reads the parts that every signed statement has.</summary>
internal static class SignatureParsers
{
    /// <exception cref="InvalidRequestException">It is no signature.</exception>
    public static Signature Read(string text)
    {
        try
        {
            return Signature.Parse(text);
        }
        catch (FormatException bad)
        {
            throw new InvalidRequestException("signature", bad.Message);
        }
    }

    /// <param name="seconds">Since 1970.</param>
    /// <param name="parameter">What the number is called.</param>
    /// <exception cref="InvalidRequestException">No calendar has that time.</exception>
    public static DateTimeOffset Time(long seconds, string parameter = "at") =>
        seconds >= 0 && ChainTime.From(seconds).ToUnixTimeSeconds() == seconds
        ? ChainTime.From(seconds)
        : throw new InvalidRequestException(parameter, $"{seconds} is no time: seconds since 1970 are expected.");
}
