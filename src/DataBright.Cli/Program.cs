using DataBright.Cli;
using DataBright.Cli.Terminal;

using var stop = new Interruption();
return await Entry.RunAsync(args, Console.Out, Console.Error, stop.Token);
