using DataBright.Cli;
using DataBright.Terminal;
using DataBright.Terminal.Processes;

SecretVariables.TakeAll();
using var stop = new Interruption();
return await Entry.RunAsync(args, Console.Out, Console.Error, stop.Token);
