using System.Reflection;
using DataBright.Ethereum;
using DataBright.Market.Generated;
using Nethereum.ABI.ABIDeserialisation;
using Nethereum.ABI.Model;

namespace DataBright.Ecosystem.Tests.Abi;

/// <summary>One contract: the bindings that this product calls it with, and the same ABI as Nethereum reads it.</summary>
internal sealed record Binding(Type Bindings, ContractABI Abi)
{
    public string Name => Bindings.Name;

    /// <summary>Every contract of the market.</summary>
    public static IReadOnlyList<Binding> All { get; } =
    [
        .. typeof(Errors).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(Errors).Namespace
                && type.GetProperty("Abi", BindingFlags.Public | BindingFlags.Static) is not null)
            .Select(type => new Binding(type,
                new ABIJsonDeserialiser().DeserialiseContract((string)type.GetProperty("Abi")!.GetValue(null)!)))
            .OrderBy(binding => binding.Name, StringComparer.Ordinal),
    ];

    /// <summary>The methods that make calls, by the selector that their call data begins with.</summary>
    public ILookup<string, MethodInfo> Calls { get; } = Bindings.GetMethods(BindingFlags.Public | BindingFlags.Static)
        .Where(method => method.ReturnType == typeof(ContractCall)
            || method.ReturnType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(ContractCall<>))
        .ToLookup(method => Convert.ToHexStringLower(
            Data(method, [.. method.GetParameters().Select(parameter => Pair.Zero(parameter.ParameterType))])[..4]));

    /// <summary>The event records, by their topic.</summary>
    public ILookup<string, Type> Events { get; } = (Bindings.GetNestedType("Events")?.GetNestedTypes() ?? [])
        .ToLookup(type => ((Hash32)type.GetProperty("Topic")!.GetValue(null)!).ToString()[2..]);

    /// <summary>The call data that a method makes.</summary>
    public static byte[] Data(MethodInfo method, object?[] arguments)
    {
        var call = method.Invoke(null, arguments)!;
        return (byte[])call.GetType().GetProperty("Data")!.GetValue(call)!;
    }

    /// <summary>What a method makes of an encoded result.</summary>
    public static object Decoded(MethodInfo method, object?[] arguments, byte[] result)
    {
        var call = method.Invoke(null, arguments)!;
        var decode = (Delegate)call.GetType().GetProperty("Decode")!.GetValue(call)!;
        return decode.DynamicInvoke(new ReadOnlyMemory<byte>(result))!;
    }
}
