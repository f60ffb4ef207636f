using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Services.Discussion;

/// <summary>Signed comments as bytes, under whose hash they are stored. One statement has one form: any other is refused.</summary>
public static class StatementBytes
{
    /// <summary>Longer ones are refused unread.</summary>
    public const int Limit = 65_536;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static byte[] Write(Signed<Comment> comment)
    {
        var said = comment.Statement;
        return JsonSerializer.SerializeToUtf8Bytes(
            new Form(
                "databright/comment/1", said.Proposal.Value, said.Author.ToString(), said.Parent?.ToString(),
                said.Replaces?.ToString(), said.Text,
                said.At.ToUnixTimeSeconds(), Hex.Encode(comment.Signature.ToBytes())),
            Json);
    }

    /// <exception cref="CommentRefusedException">The bytes are no comment, or not in the one form.</exception>
    public static Signed<Comment> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Limit) throw Malformed($"{bytes.Length} bytes are too many");
        try
        {
            var form = JsonSerializer.Deserialize<Form>(bytes, Json) ?? throw new FormatException("it says null");
            if (form.Type != "databright/comment/1") throw new FormatException($"it is a \"{form.Type}\"");
            var read = new Signed<Comment>(
                new Comment(
                    new ProposalId(form.Proposal), Address.Parse(form.Author), form.Parent is null ? null : Hash32.Parse(form.Parent),
                    form.Replaces is null ? null : Hash32.Parse(form.Replaces), form.Text, ChainTime.From(form.At)),
                Signature.Parse(form.Signature));
            return Write(read).AsSpan().SequenceEqual(bytes) ? read : throw new FormatException("it is not in its one form");
        }
        catch (Exception e) when (e.IsUnreadable())
        {
            throw Malformed(e is JsonException ? "it is no JSON of that form" : e.Message);
        }
    }

    private static CommentRefusedException Malformed(string why) => new(DiscussionRule.Malformed, $"That is no signed comment: {why}.");

    private sealed record Form(
        string Type, ulong Proposal, string Author, string? Parent, string? Replaces, string Text, long At, string Signature);
}
