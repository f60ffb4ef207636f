using System.Collections;
using System.Globalization;

namespace DataBright.Ethereum;

/// <summary>A contract refused: its execution reverted. The reason is decoded where it is known.</summary>
public sealed class RevertException : DataBrightException
{
    /// <summary>Describes a revert.</summary>
    /// <param name="function">What was called, for the message; null where it is not known.</param>
    /// <param name="revertData">The bytes the contract reverted with.</param>
    /// <param name="error">The decoded error; null where it is not known.</param>
    /// <param name="receipt">The receipt where the call was mined; null where a simulation found the revert and nothing was spent.</param>
    /// <param name="hint">A sentence to add where the data says nothing.</param>
    public RevertException(string? function, ReadOnlyMemory<byte> revertData, IContractError? error, Receipt? receipt = null,
        string? hint = null)
        : base(FailureKind.Refused, $"{function ?? "The contract"} reverted: {Reason(revertData, error, hint)}")
    {
        Function = function;
        RevertData = revertData;
        Error = error;
        Receipt = receipt;
    }

    /// <summary>What was called; null where it is not known.</summary>
    public string? Function { get; }

    /// <summary>The bytes the contract reverted with; empty where it gave no reason.</summary>
    public ReadOnlyMemory<byte> RevertData { get; }

    /// <summary>The decoded error, one of the generated records; null where it is not known.</summary>
    public IContractError? Error { get; }

    /// <summary>The error's name in Solidity; null where it is not known.</summary>
    public string? ErrorName => Error?.Name;

    /// <summary>The error's arguments by name; none where the error is not known.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Arguments => Error?.Arguments ?? [];

    /// <summary>The receipt where the call was mined and its fee paid; null where a simulation found the revert.</summary>
    public Receipt? Receipt { get; }

    private static string Reason(ReadOnlyMemory<byte> data, IContractError? error, string? hint) => error switch
    {
        RevertText text => text.Message,
        RevertPanic panic => $"{panic.Meaning} (panic 0x{(ulong)panic.Code:x2})",
        not null => $"{error.Name}({string.Join(", ", error.Arguments.Select(a => $"{a.Key}: {Shown(a.Value)}"))})",
        null when data.IsEmpty => hint ?? "the contract gave no reason.",
        null => $"unknown error {Hex.Encode(data.Span[..Math.Min(data.Length, 68)])}{(data.Length > 68 ? "…" : "")}",
    };

    private static string Shown(object value) => value switch
    {
        string text => $"\"{text}\"",
        ReadOnlyMemory<byte> bytes => Hex.Encode(bytes.Span),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Shown))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
