using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>The number of a dataset on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<DatasetId>))]
public readonly record struct DatasetId(ulong Value) : ILedgerId<DatasetId>
{
    static string ILedgerId<DatasetId>.Noun => "dataset";

    public static implicit operator Uint256(DatasetId id) => id.Value;

    public static DatasetId Parse(string text) => LedgerIds.Parse<DatasetId>(text);

    public static DatasetId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a proposal on the ledger, counted from one over all datasets.</summary>
[JsonConverter(typeof(IdConverter<ProposalId>))]
public readonly record struct ProposalId(ulong Value) : ILedgerId<ProposalId>
{
    static string ILedgerId<ProposalId>.Noun => "proposal";

    public static implicit operator Uint256(ProposalId id) => id.Value;

    public static ProposalId Parse(string text) => LedgerIds.Parse<ProposalId>(text);

    public static ProposalId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a model on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<ModelId>))]
public readonly record struct ModelId(ulong Value) : ILedgerId<ModelId>
{
    static string ILedgerId<ModelId>.Noun => "model";

    public static implicit operator Uint256(ModelId id) => id.Value;

    public static ModelId Parse(string text) => LedgerIds.Parse<ModelId>(text);

    public static ModelId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a job on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<JobId>))]
public readonly record struct JobId(ulong Value) : ILedgerId<JobId>
{
    static string ILedgerId<JobId>.Noun => "job";

    public static implicit operator Uint256(JobId id) => id.Value;

    public static JobId Parse(string text) => LedgerIds.Parse<JobId>(text);

    public static JobId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a prediction channel on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<ChannelId>))]
public readonly record struct ChannelId(ulong Value) : ILedgerId<ChannelId>
{
    static string ILedgerId<ChannelId>.Noun => "channel";

    public static implicit operator Uint256(ChannelId id) => id.Value;

    public static ChannelId Parse(string text) => LedgerIds.Parse<ChannelId>(text);

    public static ChannelId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The number of a request for data on the ledger, counted from one.</summary>
[JsonConverter(typeof(IdConverter<RequestId>))]
public readonly record struct RequestId(ulong Value) : ILedgerId<RequestId>
{
    static string ILedgerId<RequestId>.Noun => "request";

    public static implicit operator Uint256(RequestId id) => id.Value;

    public static RequestId Parse(string text) => LedgerIds.Parse<RequestId>(text);

    public static RequestId From(ulong value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the ids have in common. They stay types of their own so that one cannot be passed for another.</summary>
public interface ILedgerId<TSelf> where TSelf : struct, ILedgerId<TSelf>
{
    static abstract string Noun { get; }

    ulong Value { get; }

    static abstract TSelf From(ulong value);
}

internal static class LedgerIds
{
    public static T Parse<T>(string text) where T : struct, ILedgerId<T> =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value > 0
            ? T.From(value)
            : throw new FormatException($"'{text}' is not the number of a {T.Noun}; those are counted 1, 2, 3 and so on.");
}

internal sealed class IdConverter<T> : JsonConverter<T> where T : struct, ILedgerId<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => T.From(reader.GetUInt64());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
