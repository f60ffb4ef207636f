using DataBright.Market;

namespace DataBright.Node.Rest;

/// <summary>Numbers by which one kind of thing is known on the ledger.</summary>
/// <param name="Id">Their type.</param>
/// <param name="Noun">What has such a number.</param>
/// <param name="Summary">For those who program against it.</param>
/// <param name="Path">Where each has a page, before its number; null where none has.</param>
internal sealed record NumberForm(Type Id, string Noun, string Summary, string? Path)
{
    public static NumberForm Of<TId>(string summary, string? path = null) where TId : struct, ILedgerId<TId> =>
        new(typeof(TId), TId.Noun, summary, path);
}
