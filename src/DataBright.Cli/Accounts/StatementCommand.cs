using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market.Accounts;
using DataBright.Market.Movements;
using DataBright.Terminal;

namespace DataBright.Cli.Accounts;

/// <summary>
/// Every movement of an account's dollars and shares, with running balances: for people, and as CSV for their bookkeeping.
/// </summary>
internal sealed class StatementCommand : MarketVerb
{
    private const string Head = "time,block,transaction,token,kind,for,counterparty,in,out,balance";

    private readonly Argument<string> _who;
    private readonly Option<string?> _csv;

    public StatementCommand()
        : base("statement",
            "List every movement of an account's dollars and shares in order, with what it was for and the balance after it",
            "account statement ada --csv")
    {
        _who = Expect("WHO", AccountNames.Check, "A name or an address");
        _csv = Take<string?>("--csv",
            "As comma-separated values, for spreadsheets and bookkeeping: into this new file, or without one to standard output", "FILE");
        _csv.Arity = ArgumentArity.ZeroOrOne;
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var csv = arguments.GetResult(_csv) is not null;
        if (csv && output.IsJson)
            throw new Failure(ExitCode.Usage, "Give --csv or --json, not both.");
        var account = AccountNames.Resolve(arguments.GetValue(_who)!, market.Home);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var statement = await AccountStatement.ReadAsync(market.Ledger, reading.Index, account, stop);
        Func<Address, string?> contract = market.Ledger.Addresses.NameOf;
        if (csv)
        {
            Write([.. statement.Movements.Select(move => LineOf(move, contract)).Prepend(Head)], arguments.GetValue(_csv), output);
            return ExitCode.Done;
        }

        var name = AccountNames.Names(market.Home);
        output.Show(new { account, statement.Block, movements = statement.Movements.Select(move => DocumentOf(move)) }, console =>
        {
            var table = Sheet.Of("Time", ">Block", "Kind", "For", "With", ">In", ">Out", ">Balance", "Of");
            foreach (var move in statement.Movements)
                table.Row(move.At, move.Block, move.Kind.Name.ToLowerInvariant(), move.Source,
                    contract(move.Counterparty) ?? name(move.Counterparty), AmountOf(move, move.In), AmountOf(move, move.Out),
                    move.Token.Write(move.Balance), move.Token);
            console.List(table, $"Nothing ever moved to or from {account}.");
        });
        return ExitCode.Done;
    }

    /// <exception cref="Failure">There is such a file already.</exception>
    private static void Write(IReadOnlyList<string> lines, string? file, Output output)
    {
        if (file is not null && File.Exists(file))
            throw new Failure(ExitCode.Refused, $"{file} is there already and is not written over. Choose another name.");
        if (file is not null)
        {
            File.WriteAllLines(file, lines);
            output.Note($"{lines.Count - 1} movements in {file}");
            return;
        }

        foreach (var line in lines)
            output.Mark(line);
    }

    private static string? AmountOf(Movement move, UInt128 units) => units == 0 ? null : move.Token.Write(units);

    private static object DocumentOf(Movement move) => new
    {
        move.At, move.Block, move.Transaction, token = move.Token.ToString(), move.Kind, move.Source, move.Counterparty,
        @in = move.Token.Write(move.In), @out = move.Token.Write(move.Out), balance = move.Token.Write(move.Balance),
    };

    /// <summary>No field is a stranger's text: none has a comma, a quote or a formula.</summary>
    private static string LineOf(Movement move, Func<Address, string?> contract) => string.Join(',',
        move.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        move.Block.ToString(CultureInfo.InvariantCulture), move.Kind == MovementKind.Opening ? "" : move.Transaction, move.Token,
        WordOf(move.Kind), move.Source,
        contract(move.Counterparty) ?? move.Counterparty.ToString(), AmountOf(move, move.In), AmountOf(move, move.Out),
        move.Token.Write(move.Balance));

    private static string WordOf(MovementKind kind) => char.ToLowerInvariant(kind.Name[0]) + kind.Name[1..];
}
