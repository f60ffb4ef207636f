using Nethereum.JsonRpc.Client;
using NethereumSample;

// Reads a proposal and its dataset, signs a ballot, has a node carry it, and reads the events it left on the chain.
try
{
    var options = Options.Parse(args);
    var market = new Market(options.MarketFile, options.AbiFolder, options.Rpc);
    using var interrupt = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        interrupt.Cancel();
    };

    var proposal = await market.ProposalAsync(options.Proposal);
    Console.WriteLine(await market.DatasetAsync(proposal.Dataset));
    Console.WriteLine(proposal);

    var voter = options.OpenKey();
    Console.WriteLine($"{voter.GetPublicAddress()} has {await market.VotesAsync(proposal, voter.GetPublicAddress())} votes");

    var ballot = new Ballot
    {
        ProposalId = options.Proposal,
        Choice = options.Choice,
        Voter = voter.GetPublicAddress(),
        Reason = options.Reason,
        Deadline = await market.TimeAsync() + (long)TimeSpan.FromDays(1).TotalSeconds,
    };
    using var relayer = new Relayer(options.Node);
    var carried = await relayer.VoteAsync(ballot, ballot.Sign(market.BallotDomain, voter), interrupt.Token);
    Console.WriteLine($"carried in {carried}");
    foreach (var line in await market.EventsAsync(carried, interrupt.Token)) Console.WriteLine(line);
    return 0;
}
catch (OptionException fault)
{
    Console.Error.WriteLine($"{fault.Message}\n\n{Options.Usage}");
    return 2;
}
catch (Exception fault) when (fault is SampleException or RpcClientUnknownException or RpcClientTimeoutException or RpcResponseException
    or HttpRequestException or OperationCanceledException)
{
    Console.Error.WriteLine(fault is RpcClientUnknownException
        ? $"The chain does not answer: {fault.InnerException?.Message ?? fault.Message}" : fault.Message);
    return 1;
}
