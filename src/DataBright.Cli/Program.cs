using DataBright.Cli;
using DataBright.Cli.Processes;
using DataBright.Cli.Terminal;

SecretVariables.TakeAll();
using var stop = new Interruption();
return await Entry.RunAsync(args, Console.Out, Console.Error, stop.Token);
