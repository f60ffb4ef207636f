using DataBright.Cli;
using DataBright.Cli.Terminal;

var root = Commands.Root();
var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors.Count > 0)
    return Failure.Usage(parsed).Report(parsed);

using var stop = new Interruption();
return await Failure.GuardAsync(parsed, () => parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token));
