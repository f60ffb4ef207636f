using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Founding;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Storage;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;

namespace DataBright.Node.Founding;

/// <summary>Makes a dataset ready to be created: reads its first points, holds some out, and keeps all that its charter names.</summary>
internal sealed class FoundingReader(FileReading reading, UploadManager uploads, TrustedReaders trusted, DraftStore<FoundingInHand> drafts)
{
    private const int MaxDescription = 16_384;

    /// <param name="form">What was filled in.</param>
    /// <param name="founder">Who is to create it.</param>
    /// <param name="own">The founder's public key, where it is known: the founder can read the points held out then.</param>
    /// <param name="uploader">Whose uploads its files are.</param>
    /// <param name="stop">Cancels.</param>
    /// <returns>The name of the draft.</returns>
    /// <exception cref="InvalidRequestException">Something of it cannot be so.</exception>
    /// <exception cref="UploadRefusedException">The uploader has no room left.</exception>
    public async Task<string> ReadAsync(IFormCollection form, Address founder, PublicKey? own, string uploader, CancellationToken stop)
    {
        var (name, symbol, policy) = (Name(form, "name", "the dataset"), Name(form, "symbol", "its shares"), PolicyOf(form));
        var (percent, isPublic) = (FileForm.Whole(form, "held-out", 20, 1, 90), form["public-held-out"] == "yes");
        var description = Description(form, name);
        List<PublicKey> readers = isPublic ? [] : [.. await trusted.FindAsync(stop)];
        if (!isPublic && own is { } key) readers.Add(key);
        if (!isPublic && readers.Count == 0)
            throw new InvalidRequestException("public-held-out",
                "This node knows no scheduler or referee that could open private points to measure on. Let anybody read them, or create "
                + "the dataset at the scheduler's node.");
        return await reading.ReadAsync(FileForm.FileOf(form), FileForm.Of(form), uploader,
            (reader, path) => reader.ReadFoundingAsync(path, null), async (read, until) =>
        {
            var (first, heldOut) = HeldOutSplit.Of(read.Shard, percent, 1, until)
                ?? throw new InvalidRequestException("held-out",
                    $"{percent} % of {read.Shard.Count} points leave nothing to learn from, or nothing to measure on.");
            var schema = read.Meaning.Of(first);
            var request = new FoundingRequest(
                name, symbol, SchemaLink.Write(description, Cid.Raw(Digest.Of(schema.ToJson()))), schema, first, heldOut, policy,
                MeasurementTerms.Usual with { Architecture = ArchitectureFit.Usual(first.Schema) }, founder,
                [new Founder(founder, ShareAmount.Whole((ulong)first.Count))])
            { Readers = readers, IsHeldOutPrivate = !isPublic };
            var draft = await DatasetFounding.KeepAsync(request, (content, keep) => uploads.KeepAsync(uploader, content, keep), until);
            return drafts.Keep(new FoundingInHand(founder, draft, schema, first.Schema.Classes, read.Notes, heldOut.Count), uploader);
        }, stop);
    }

    private static DatasetPolicy PolicyOf(IFormCollection form) => PolicyFields.Build(field =>
    {
        try
        {
            return FileForm.Find(form, field.Name) is { } text ? field.Parse(text) : null;
        }
        catch (FormatException odd)
        {
            throw new InvalidRequestException(field.Name, $"{field.Heading}: {odd.Message.TrimEnd('.')}.");
        }
    });

    private static byte[] Description(IFormCollection form, string name)
    {
        var text = FileForm.Find(form, "description") ?? "";
        if (text.Length > MaxDescription)
            throw new InvalidRequestException("description", $"At most {MaxDescription} characters, please; these are {text.Length}.");
        var words = text.ReplaceLineEndings("\n");
        return Encoding.UTF8.GetBytes(words.StartsWith('#') ? words : $"# {name}\n{words}\n");
    }

    private static string Name(IFormCollection form, string field, string what)
    {
        if (FileForm.Find(form, field) is not { } text)
            throw new InvalidRequestException(field, $"Say what {what} {(field == "name" ? "is" : "are")} called.");
        try
        {
            return PlainText.Name(text);
        }
        catch (FormatException odd)
        {
            throw new InvalidRequestException(field, odd.Message);
        }
    }
}
