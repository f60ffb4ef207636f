namespace DataBright.Ethereum;

/// <summary>A revert with a plain text: <c>require(condition, "text")</c>.</summary>
/// <param name="Message">The text.</param>
public sealed record RevertText(string Message) : IContractError
{
    /// <inheritdoc/>
    public string Name => "Error";

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Arguments => [new("message", Message)];
}

/// <summary>A fault that the compiler guards against (Solidity documentation, "Panic via assert and Error via require").</summary>
/// <param name="Code">The panic's code.</param>
public sealed record RevertPanic(Uint256 Code) : IContractError
{
    /// <inheritdoc/>
    public string Name => "Panic";

    /// <summary>What the code stands for.</summary>
    public string Meaning => Code.BitLength > 8 ? "an unknown fault" : (byte)(ulong)Code switch
    {
        0x00 => "a fault the compiler put in",
        0x01 => "a failed assertion",
        0x11 => "an arithmetic overflow",
        0x12 => "a division by zero",
        0x21 => "a number that is no member of an enum",
        0x22 => "a badly encoded byte array in storage",
        0x31 => "a pop from an empty array",
        0x32 => "an index outside an array",
        0x41 => "too much memory",
        0x51 => "a call of a function variable that was never set",
        _ => "an unknown fault",
    };

    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, object>> Arguments => [new("code", Code)];
}

/// <summary>The two errors that Solidity itself knows.</summary>
internal static class SolidityErrors
{
    public static ErrorDefinition Text { get; } = new("Error(string)", data => new RevertText(new AbiReader(data).String()));

    public static ErrorDefinition Panic { get; } = new("Panic(uint256)", data => new RevertPanic(new AbiReader(data).Uint()));
}
