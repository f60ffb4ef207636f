using System.Globalization;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Ethereum.Tests.Vectors;

namespace DataBright.Bench.Ethereum;

/// <summary>
/// A file of official vectors and how each client is asked about one of them: true for the published result, false for another.
/// </summary>
/// <param name="Name">The file.</param>
/// <param name="Nethereum">Asks Nethereum.</param>
/// <param name="Ours">Asks our client.</param>
/// <param name="Counts">Which of its cases are meant; null for all.</param>
/// <param name="Part">What those are called; null where they are all.</param>
internal sealed record VectorFile(
    string Name, Func<JsonElement, bool> Nethereum, Func<JsonElement, bool> Ours, Func<JsonElement, bool>? Counts = null,
    string? Part = null)
{
    /// <summary>Those that ask what a client of a contract does.</summary>
    public static IReadOnlyList<VectorFile> All { get; } =
    [
        new("hashes", NethereumVectors.Hash, OurVectors.Hash),
        new("accounts", NethereumVectors.Account, OurVectors.Account),
        new("contract-interface", NethereumVectors.Result, OurVectors.Result),
        new("contract-interface-abi2", NethereumVectors.Result, OurVectors.Result),
        new("contract-events", NethereumVectors.Event, OurVectors.Event, vector => !IsAnonymous(vector), "named events"),
        new("contract-events", NethereumVectors.Event, OurVectors.Event, IsAnonymous, "anonymous events, which no contract here has"),
        new("contract-signatures", NethereumVectors.Signature, OurVectors.Signature),
        new("solidity-hashes", NethereumVectors.Packed, OurVectors.Packed),
        new("eip712", NethereumVectors.TypedData, OurVectors.TypedData),
        // Gas beyond 64 bits is refused by every node.
        new("transactions", NethereumVectors.LegacyTransaction, OurVectors.LegacyTransaction,
            vector => !vector.Has("gasLimit") || vector.Bytes("gasLimit").AsSpan().TrimStart((byte)0).Length <= 8),
        new("typed-transactions", NethereumVectors.TypedTransaction, OurVectors.TypedTransaction),
        // Wallets of the 2014 sale are no Web3 Secret Storage.
        new("wallets", NethereumVectors.Wallet, OurVectors.Wallet, vector => vector.Text("type") != "crowdsale"),
    ];

    public Comparison Run(CancellationToken stop)
    {
        var vectors = Testcases.Read(Name).Where(vector => Counts?.Invoke(vector) ?? true).ToList();
        return new Comparison($"vectors {Name}", $"{Format(vectors.Count)} published cases{(Part is null ? "" : $", {Part}")}",
            Tally(vectors, Nethereum, stop), Tally(vectors, Ours, stop));
    }

    // An anonymous event's first topic is not its own.
    private static bool IsAnonymous(JsonElement vector) =>
        ContractAbi.Parse(vector.Text("interface")).Events.Single(log => log.Name == "testEvent").IsAnonymous;

    private static string Tally(List<JsonElement> vectors, Func<JsonElement, bool> check, CancellationToken stop)
    {
        int right = 0, wrong = 0, refused = 0;
        var faults = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var vector in vectors)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                if (check(vector)) right++;
                else wrong++;
            }
            // Whatever a library throws at good input is a refusal of it.
            catch (Exception fault)
            {
                refused++;
                faults[fault.GetType().Name] = faults.GetValueOrDefault(fault.GetType().Name) + 1;
            }
        }
        var why =
            string.Join(", ", faults.OrderByDescending(fault => fault.Value).Take(3).Select(fault => $"{Format(fault.Value)} {fault.Key}"));
        return $"{Format(right)} right, {Format(wrong)} wrong, {Format(refused)} refused{(refused == 0 ? "" : $" ({why})")}";
    }

    private static string Format(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
