using Mono.Cecil;
using Mono.Cecil.Cil;

namespace DataBright.Architecture.Reachability;

/// <summary>
/// The Ethereum client is as small as the product needs it: what only vectors serve lives beside them, in its tests. Roots are all
/// code of the other product assemblies, for ASP.NET calls much of it by reflection, but of the generated bindings what is used.
/// </summary>
public sealed class EthereumTests
{
    private const int MaxLines = 7_750;
    private const string Ethereum = "DataBright.Ethereum";
    private const string Generated = "DataBright.Market.Generated";

    private static readonly string[] Product =
    [
        Ethereum, "DataBright.Learning", "DataBright.Storage", "DataBright.Market", "DataBright.Compute", "DataBright.Serving",
        "DataBright.Services", "DataBright.Node",
        "DataBright.Terminal", "DataBright.Demo", "DataBright.Benches", "databright",
    ];

    /// <summary>What nothing reaches and yet stays: the end of a name, and why.</summary>
    private static readonly (string Of, string Why)[] Stays =
    [
        ("AbiReader.Int*", "tools/DataBright.Bindings calls it in bindings of contracts with signed numbers; the probe's do."),
        ("AbiReader.FixedBytes", "tools/DataBright.Bindings calls it in bindings of contracts with bytes1 to bytes31; the probe's do."),
        ("AbiLists.FixedList", "tools/DataBright.Bindings calls it in bindings of contracts with lists of a fixed length; the probe's do."),
        ("AbiValue*", "A value has every kind the ABI has: the vectors of typed data hold the encoder against all of them."),
        ("AccessListEntry..ctor", "Transactions of type 2 have access lists; the vectors hold the encoder against those with entries."),
        ("Address.op_*", "Comparable values have their operators, all four (CA1036)."),
        ("Int256.op_*", "Comparable values have their operators, all four (CA1036), and numbers conversions both ways."),
        ("Uint256.op_Modulus", "Whoever divides finds the remainder too."),
        ("Uint256.ToHash32", "The way back from Hash32.ToUint256."),
        ("BlockTag.get_Finalized", "The fifth of the protocol's five names of blocks."),
        ("RpcAnswer.Bool", "A JSON-RPC answer of each kind is read here or nowhere."),
        ("EmbeddedChain.*", "What a test moves time and blocks of a development chain by; they belong where the chain is started."),
        ("ChainFolder.ReadProcessId", "The same: tests end the chain's process as a crash would."),
        ("AnvilProcess.get_HasExited", "The same: tests see that the chain's process ended."),
        ("Rewound.get_ToBlock", "The block a reader of the log stands at after a reorganisation; the index needs the first one gone."),
        ("SignerException.get_MayHaveSent", "Whether money may have moved, for whoever catches it; the message says so to people."),
    ];

    [Fact]
    public void It_has_no_more_lines_than_its_decision_says() =>
        RepositoryFiles.OnDisk.Paths
            .Where(path => path.StartsWith("src/DataBright.Ethereum/", StringComparison.Ordinal) && Path.GetExtension(path) == ".cs")
            .Sum(path => RepositoryFiles.OnDisk.Read(path).Split('\n').Length - 1)
            .ShouldBeInRange(1, MaxLines);

    [Fact]
    public void Everything_in_it_is_reached_by_the_product() =>
        Unreached().Where(name => !Stays.Any(stay => Matches(name, stay.Of)))
            .ShouldBeEmpty("move it beside the vectors it serves, in the tests, or remove it");

    [Fact]
    public void What_stays_unreached_is_unreached()
    {
        var unreached = Unreached();
        Stays.ShouldAllBe(stay => unreached.Any(name => Matches(name, stay.Of)));
        Stays.ShouldAllBe(stay => stay.Why.Length > 20);
    }

    private static bool Matches(string name, string of) =>
        name == of || (of.EndsWith('*') && name.StartsWith(of[..^1], StringComparison.Ordinal));

    private static List<string> Unreached()
    {
        using var folder = new OutputFolder();
        var assemblies = Product.Select(folder.Read).ToList();
        var code = new ReachedCode(Product.ToHashSet());
        foreach (var type in assemblies.Skip(1).SelectMany(assembly => assembly.MainModule.GetTypes()).Where(type => !IsGenerated(type)))
            code.ReachWhole(type);
        code.Follow();

        var types = assemblies[0].MainModule.GetTypes().Where(type => !IsOfCompiler(type)).ToList();
        types.Count(code.Has).ShouldBeGreaterThan(50, "most of it is reached");
        var idle = types.Where(code.Has).SelectMany(type => type.Methods).Where(method => IsWritten(method) && !code.Has(method));
        return [.. types.Where(type => !code.Has(type)).Select(Name)
            .Concat(idle.Select(method => $"{Name(method.DeclaringType)}.{method.Name}"))
            .Distinct().Order(StringComparer.Ordinal)];
    }

    private static string Name(TypeDefinition type) => type.FullName[(Ethereum.Length + 1)..];

    private static bool IsGenerated(TypeDefinition type) =>
        type.DeclaringType is { } outer ? IsGenerated(outer) : type.Namespace == Generated;

    private static bool IsOfCompiler(TypeDefinition type) =>
        type.Name.Contains('<') || (type.DeclaringType is { } outer ? IsOfCompiler(outer) : type.Namespace != Ethereum);

    /// <summary>Whether the method is code that somebody wrote: no fact that is kept, no part of a record or of a lambda.</summary>
    private static bool IsWritten(MethodDefinition method) =>
        !method.Name.Contains('<') && !method.IsSetter && !IsKeptFact(method) && !ReachedCode.IsWrittenForRecords(method)
        && !(method.IsConstructor && (method.IsStatic || (method.IsPrivate && !method.HasParameters) || IsCopying(method)));

    private static bool IsKeptFact(MethodDefinition method) =>
        method is { IsGetter: true, HasBody: true }
        && method.Body.Instructions.All(step => step.OpCode.Code is Code.Nop or Code.Ldarg_0 or Code.Ldfld or Code.Ldsfld or Code.Ret);

    private static bool IsCopying(MethodDefinition method) =>
        method.Parameters.Count == 1 && method.Parameters[0].ParameterType.Resolve() == method.DeclaringType;

    /// <summary>Reads assemblies beside the tests; each of the product once, so that its parts are compared by identity.</summary>
    private sealed class OutputFolder : DefaultAssemblyResolver
    {
        private readonly ReaderParameters _parameters;

        public OutputFolder()
        {
            _parameters = new ReaderParameters { AssemblyResolver = this };
            AddSearchDirectory(AppContext.BaseDirectory);
            AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
            AddSearchDirectory(Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Http.HttpContext).Assembly.Location));
        }

        public AssemblyDefinition Read(string name)
        {
            var assembly = AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, name + ".dll"), _parameters);
            RegisterAssembly(assembly);
            return assembly;
        }
    }
}
