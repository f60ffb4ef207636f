using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Workers;

/// <summary>Who works for the market, and whom it trusts.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<int> _limit = ListOptions.Limit();

    public ListCommand()
        : base("list", "List the workers, and the trusted keys of schedulers and referees", "worker list") => Options.Add(_limit);

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        var workers = ListOptions.Read(arguments.GetValue(_limit), request => reading.Index.Workers.List(request));
        var trusted = reading.Index.TrustedKeys.List();
        var name = AccountNames.Names(market.Home);
        var notes = workers.ToDictionary(worker => worker.Address,
            worker => WorkerNote.Read(Path.Combine(market.Home.Work, worker.Address.ToString())));
        output.Show(new { workers, trusted,
            notes = notes.Where(note => note.Value is not null).Select(note => new { worker = note.Key, says = note.Value }) }, console =>
        {
            var table = Sheet.Of("Worker", "State", ">Stake", ">Least fee", ">Jobs", ">Earned", ">Slashed", ">Convicted");
            foreach (var worker in workers)
                table.Row(
                    name(worker.Address), !worker.Registered
                        ? "gone" : worker.ExitAt is { } exit ? $"leaving, stake free {TerminalWording.Of(exit)}"
                            : $"registered{(notes[worker.Address] is { } said ? $", {said}" : "")}",
                    worker.Stake, worker.MinimumFee, worker.Jobs, worker.Earned, worker.Slashed, worker.Convictions);
            console.List(table, "No workers. Become one with: databright worker register --stake 100");
            console.WriteLine();
            var keys = Sheet.Of(">Key", "Role", "Address", "Attestation");
            foreach (var key in trusted)
                keys.Row(key.Number, key.Role, key.Key,
                    key.Revoked ? "revoked" : key.Attestation == Attestation.None ? "none (development)" : key.Attestation);
            console.List(keys, "No scheduler and no referee is registered.");
        });
        return ExitCode.Done;
    }
}
