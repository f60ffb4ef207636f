namespace DataBright.Ethereum;

/// <summary>A transaction as a node shows it.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="From">Who signed it.</param>
/// <param name="To">Who is called; null where a contract is created.</param>
/// <param name="Value">Wei that go along.</param>
/// <param name="Data">What the contract is told.</param>
/// <param name="Nonce">Its number among those of the account.</param>
/// <param name="Gas">What it may use at most.</param>
internal sealed record SentTransaction(Hash32 Hash, Address From, Address? To, Uint256 Value, byte[] Data, ulong Nonce, ulong Gas)
{
    public static SentTransaction Read(RpcAnswer json) => new(
        json["hash"].Hash(), json["from"].Address(), json["to"].IsNull ? null : json["to"].Address(),
        json["value"].Quantity(), json.AnyOf("input", "data").Bytes(), json["nonce"].Number(), json["gas"].Number());

    /// <summary>Whether it does exactly that, in that name.</summary>
    public bool Does(Payload payload, Address from) =>
        From == from && To == payload.To && Value == payload.Value && Data.AsSpan().SequenceEqual(payload.Data.Span);
}
