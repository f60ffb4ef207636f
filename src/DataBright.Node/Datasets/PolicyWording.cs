using System.Globalization;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Datasets;

/// <summary>A dataset's rules in the words of its page.</summary>
internal static class PolicyWording
{
    public static string Row(PolicyField field, DatasetPolicy policy) =>
        string.Format(CultureInfo.InvariantCulture, field.Row, Value(field.Unit, field.Get(policy)));

    /// <summary>How a value is written.</summary>
    public static string Form(PolicyField field) => field.Unit switch
    {
        PolicyUnit.Time => "such as 3d, 12h or 30m",
        PolicyUnit.Dollars => "dollars",
        PolicyUnit.Shares => "shares",
        _ => "per cent",
    };

    /// <summary>The value that stands where nothing is written.</summary>
    public static string Usual(PolicyField field) =>
        field.UsualText ?? Value(field.Unit == PolicyUnit.Factor ? PolicyUnit.Part : field.Unit, field.Usual(new DatasetPolicy()));

    private static string Value(PolicyUnit unit, object value) => value switch
    {
        TimeSpan time => Wording.Length(time),
        int factor when unit == PolicyUnit.Factor => (factor / 10_000m).ToString("0.##", CultureInfo.InvariantCulture),
        int part => Fraction.OfBasisPoints(part).ToPercent(part % 100 == 0 ? 0 : 2),
        Money money => Wording.Dollars(money),
        ShareAmount shares => Wording.Shares(shares),
        _ => throw new InvalidOperationException($"A rule has no words for {value.GetType()}."),
    };
}
