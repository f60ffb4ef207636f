using DataBright.Storage.Tests;
using DataBright.Storage.Tests.Sql;
using Xunit.Runner.InProc.SystemConsole;

if (args is ["library", var path, var step, var time]) return LibraryProcess.Do(path, step, int.Parse(time));
if (args is ["blobs", var folder, var seed]) return await BlobProcess.DoAsync(folder, int.Parse(seed));

return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await ConsoleRunner.Run(args);
