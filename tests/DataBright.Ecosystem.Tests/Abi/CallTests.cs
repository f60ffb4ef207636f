using DataBright.Market.Generated;
using Nethereum.ABI.FunctionEncoding;
using Nethereum.ABI.Model;

namespace DataBright.Ecosystem.Tests.Abi;

/// <summary>Call data and results of every function of every contract, as the bindings and as Nethereum have them.</summary>
public sealed class CallTests
{
    private const int Times = 20;

    public static TheoryData<string> Contracts => [.. Binding.All.Select(binding => binding.Name)];

    [Fact]
    public void Every_contract_with_an_abi_file_is_here() =>
        Binding.All.Select(binding => binding.Name).ShouldBe(
            Directory.GetFiles(Path.Combine(Repository.Root, "src", "DataBright.Market", "Generated"), "*.abi.json")
                .Select(file => Path.GetFileName(file).Replace(".abi.json", "", StringComparison.Ordinal)), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Every_call_has_the_data_that_nethereum_makes(string contract)
    {
        var binding = Binding.All.Single(one => one.Name == contract);
        var chance = new Chance(21);
        binding.Calls.Count.ShouldBe(binding.Abi.Functions.Length);
        foreach (var function in binding.Abi.Functions)
        {
            var method = binding.Calls[function.Sha3Signature].ShouldHaveSingleItem(function.Name);
            for (var i = 0; i < Times; i++)
            {
                var (_, arguments, theirs) = Arguments(chance, function, method);
                Convert.ToHexStringLower(Binding.Data(method, arguments)).ShouldBe(theirs, $"{contract}.{function.Name}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Every_result_that_nethereum_encodes_is_read_alike_by_both(string contract)
    {
        var binding = Binding.All.Single(one => one.Name == contract);
        var chance = new Chance(22);
        foreach (var function in binding.Abi.Functions)
        {
            var method = binding.Calls[function.Sha3Signature].Single();
            if (!method.ReturnType.IsGenericType) continue;
            var result = method.ReturnType.GetGenericArguments()[0];
            for (var i = 0; i < Times; i++)
            {
                Type[] types = function.OutputParameters.Length == 1 ? [result] : result.GetGenericArguments();
                var values = function.OutputParameters
                    .Zip(Flat(types), (output, type) => Pair.Draw(chance, output.ABIType, type)).ToArray();
                var data = new ParametersEncoder().EncodeParameters(function.OutputParameters, [.. values.Select(value => value.Theirs)]);
                var ours = Binding.Decoded(method, Arguments(chance, function, method).Ours, data);
                var shown = function.OutputParameters.Length == 1 ? $"[{Form.Of(ours)}]" : Form.OfParts(ours);
                shown.ShouldBe($"[{string.Join(", ", values.Select(value => Form.Of(value.Ours)))}]", $"{contract}.{function.Name}");
                shown.ShouldBe(Form.Of(new ParameterDecoder().DecodeDefaultData(data, function.OutputParameters)),
                    $"{contract}.{function.Name}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Every_custom_error_that_nethereum_encodes_is_read(string contract)
    {
        var chance = new Chance(23);
        foreach (var error in Binding.All.Single(one => one.Name == contract).Abi.Errors)
        {
            var record = typeof(Errors).GetNestedType(error.Name).ShouldNotBeNull(error.Name);
            var parts = record.GetConstructors().Single(one => one.GetParameters().Length == error.InputParameters.Length).GetParameters();
            var values = error.InputParameters.Zip(parts, (input, part) => Pair.Draw(chance, input.ABIType, part.ParameterType)).ToArray();
            var data = new ParametersEncoder().EncodeParameters(error.InputParameters, [.. values.Select(value => value.Theirs)]);
            var ours = Errors.Table.Find((byte[])[.. Convert.FromHexString(error.Sha3Signature[^8..]), .. data])
                .ShouldNotBeNull(error.Name);
            ours.Name.ShouldBe(error.Name);
            Form.OfParts(ours).ShouldBe($"[{string.Join(", ", values.Select(value => Form.Of(value.Ours)))}]", error.Name);
        }
    }

    /// <summary>Arguments as the binding takes them, and the call data that Nethereum makes of them.</summary>
    private static (Pair[] Pairs, object?[] Ours, string Theirs) Arguments(Chance chance, FunctionABI function,
        System.Reflection.MethodInfo method)
    {
        // The first parameter is the contract's address.
        var pairs = function.InputParameters
            .Zip(method.GetParameters().Skip(1), (input, parameter) => Pair.Draw(chance, input.ABIType, parameter.ParameterType)).ToArray();
        var data = new FunctionCallEncoder().EncodeRequest(function.Sha3Signature, function.InputParameters,
            [.. pairs.Select(pair => pair.Theirs)]);
        return (pairs, [chance.Account(), .. pairs.Select(pair => pair.Ours)],
            data.StartsWith("0x", StringComparison.Ordinal) ? data[2..] : data);
    }

    /// <summary>The types of a tuple's parts: from the eighth on they lie in a tuple of their own.</summary>
    private static Type[] Flat(Type[] types) =>
        types.Length == 8 ? [.. types[..7], .. Flat(types[7].GetGenericArguments())] : types;
}
