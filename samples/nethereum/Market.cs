using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Nethereum.ABI.EIP712;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Util;
using Nethereum.Web3;

namespace NethereumSample;

/// <summary>The market's contracts, read by their ABI files alone.</summary>
internal sealed class Market
{
    private readonly Web3 _web3;
    private readonly string _abiFolder;
    private readonly Contract _datasets;
    private readonly Contract _proposals;

    /// <exception cref="SampleException">A file is missing or is something else.</exception>
    public Market(string marketFile, string abiFolder, Uri rpc)
    {
        (_web3, _abiFolder) = (new Web3(rpc.ToString()), abiFolder);
        try
        {
            using var market = JsonDocument.Parse(File.ReadAllText(marketFile));
            _datasets = Contract("Datasets", market.RootElement.GetProperty("datasets").GetString()!);
            _proposals = Contract("Proposals", market.RootElement.GetProperty("proposals").GetString()!);
            BallotDomain = new Domain
            {
                Name = "DataBright Proposals",
                Version = "1",
                ChainId = market.RootElement.GetProperty("chainId").GetUInt64(),
                VerifyingContract = _proposals.Address,
            };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw new SampleException($"{marketFile} names no market, or {abiFolder} has no ABI files: {fault.Message}");
        }
    }

    /// <summary>What signatures of ballots are bound to.</summary>
    public Domain BallotDomain { get; }

    public async Task<Proposal> ProposalAsync(BigInteger id)
    {
        try
        {
            return Proposal.Of(id, Struct(await _proposals.GetFunction("proposal").CallDecodingToDefaultAsync(id)));
        }
        catch (SmartContractCustomErrorRevertException fault)
        {
            throw new SampleException($"The contract refuses: {Refusal(fault.ExceptionEncodedData)}.");
        }
    }

    /// <summary>A dataset in one line.</summary>
    public async Task<string> DatasetAsync(BigInteger id)
    {
        var facts = Struct(await _datasets.GetFunction("dataset").CallDecodingToDefaultAsync(id));
        var shares = Contract("Shares", (string)facts["shares"]);
        var (name, symbol) = (await shares.GetFunction("name").CallAsync<string>(), await shares.GetFunction("symbol").CallAsync<string>());
        var supply = await shares.GetFunction("totalSupply").CallAsync<BigInteger>();
        return $"dataset {id}: {name} ({symbol}), {Shares(supply)} shares, version {((byte[])facts["versionRoot"]).ToHex(prefix: true)}";
    }

    /// <summary>The votes that an account had when the proposal opened.</summary>
    public async Task<string> VotesAsync(Proposal proposal, string account)
    {
        var token = await _datasets.GetFunction("sharesOf").CallAsync<string>(proposal.Dataset);
        return Shares(await Contract("Shares", token).GetFunction("getPastVotes").CallAsync<BigInteger>(account, proposal.Snapshot));
    }

    /// <summary>The chain's clock, in seconds since 1970.</summary>
    public async Task<BigInteger> TimeAsync() =>
        (await _web3.Eth.Blocks.GetBlockWithTransactionsHashesByNumber.SendRequestAsync(BlockParameter.CreateLatest())).Timestamp.Value;

    /// <summary>What the Proposals contract logged in a transaction, an event a line.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string transaction, CancellationToken stop)
    {
        var receipt = await _web3.TransactionReceiptPolling.PollForReceiptAsync(transaction, stop);
        var lines = new List<string>();
        foreach (var log in receipt.Logs.Where(log => log.Address.IsTheSameAddress(_proposals.Address)))
            foreach (var logged in _proposals.ContractBuilder.ContractABI.Events.Where(logged => logged.IsLogForEvent(log)))
                lines.Add(
                    $"{logged.Name}: {string.Join(", ",
                        logged.DecodeEventDefaultTopics(log).Event.OrderBy(fact => fact.Parameter.Order).Select(Text))}");
        return lines;
    }

    /// <summary>A custom error with its arguments, by the ABI's list of them.</summary>
    private string Refusal(string data) =>
        _proposals.ContractBuilder.ContractABI.Errors.FirstOrDefault(error => error.IsExceptionEncodedDataForError(data)) is { } error
            ? $"{error.Name}({string.Join(", ", error.DecodeExceptionEncodedDataToDefault(data).Select(Text))})"
            : data;

    private static string Text(ParameterOutput fact) =>
        $"{fact.Parameter.Name} "
        + $"{(fact.Parameter.Name == "weight"
            ? Shares((BigInteger)fact.Result) : Convert.ToString(fact.Result, CultureInfo.InvariantCulture))}";

    private static string Shares(BigInteger units) => UnitConversion.Convert.FromWei(units).ToString(CultureInfo.InvariantCulture);

    private Contract Contract(string name, string address) =>
        _web3.Eth.GetContract(File.ReadAllText(Path.Combine(_abiFolder, $"{name}.abi.json")), address);

    /// <summary>The parts of a struct by name. The default decoding gives a tuple's parts as a list.</summary>
    private static Dictionary<string, object> Struct(List<ParameterOutput> outputs) =>
        ((List<ParameterOutput>)outputs[0].Result).ToDictionary(part => part.Parameter.Name, part => part.Result);
}
