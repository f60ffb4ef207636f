using DataBright.Bindings;

// Bindings of C# for the contracts: dotnet run --project tools/DataBright.Bindings -- contracts/out src/DataBright.Market/Generated
// With --check nothing is written, and the exit code is 1 where the folder differs from what would be.
var paths = args.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).ToList();
var options = args.Except(paths).ToList();
var targetNamespace = options.FirstOrDefault(o => o.StartsWith("--namespace=", StringComparison.Ordinal))?["--namespace=".Length..]
    ?? "DataBright.Market.Generated";
if (paths.Count != 2 || options.Any(o => o != "--check" && !o.StartsWith("--namespace=", StringComparison.Ordinal)))
{
    Console.Error.WriteLine("Usage: DataBright.Bindings <folder of compiled contracts> <folder for C#> [--namespace=NAME] [--check]");
    return 2;
}
if (!Directory.Exists(paths[0]))
{
    Console.Error.WriteLine($"{paths[0]} does not exist: compile the contracts first with contracts/build.sh.");
    return 2;
}

try
{
    var artifacts = Artifact.LoadAll(paths[0]);
    var sources = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(paths[0]))!, "src");
    var generated = new GeneratedFolder(artifacts, new SolidityEnums(sources), new ErrorSources(sources), targetNamespace);
    var isCheck = options.Contains("--check");
    var different = isCheck ? generated.DifferencesFrom(paths[1]) : generated.WriteTo(paths[1]);
    foreach (var name in different)
        Console.WriteLine(isCheck ? $"differs: {name}" : $"written: {name}");
    Console.WriteLine($"{artifacts.Count} contracts, {different.Count} files {(isCheck ? "differ" : "written")}.");
    return isCheck && different.Count > 0 ? 1 : 0;
}
catch (BindingsException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
