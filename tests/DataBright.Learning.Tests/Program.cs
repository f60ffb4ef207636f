using DataBright.Learning.Benchmarks;
using DataBright.Learning.Tests;
using Xunit.Runner.InProc.SystemConsole;

if (args is ["bit-check"])
{
    BitCheck.Write(Console.Out);
    return 0;
}

if (args is ["misbehave", var how, ..]) return DataBright.Learning.Tests.Trainers.Misbehaviour.Do(how, args);

return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
