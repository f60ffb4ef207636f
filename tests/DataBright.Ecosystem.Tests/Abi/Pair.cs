using System.Collections;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using DataBright.Ethereum;
using Nethereum.ABI;
using Nethereum.ABI.FunctionEncoding;

namespace DataBright.Ecosystem.Tests.Abi;

/// <summary>One value twice: as the bindings take it and as Nethereum takes it.</summary>
internal sealed record Pair(object Ours, object Theirs)
{
    /// <summary>A random value of an ABI type, for a parameter of a type of C#.</summary>
    public static Pair Draw(Chance chance, ABIType type, Type target) => type switch
    {
        TupleType tuple => Tuple(chance, tuple, target),
        StaticArrayType array => List(chance, array.ElementType, target, array.FixedSize / array.ElementType.FixedSize),
        ArrayType array => List(chance, array.ElementType, target, chance.Below(4)),
        IntType number => Number(chance, number, target),
        AddressType => Of(chance.Account(), address => address.ToString()),
        BoolType => Of(chance.Coin(), truth => truth),
        StringType => Of(chance.Text(), text => text),
        BytesType => Bytes(chance.Bytes(chance.Below(100)), target),
        _ when type.Name.StartsWith("bytes", StringComparison.Ordinal) =>
            Bytes(chance.Bytes(int.Parse(type.Name.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture)), target),
        _ => throw new InvalidOperationException($"No contract here had the type {type.Name} when this was written: draw it too."),
    };

    /// <summary>A value of a type that fits every width: nothing, or as near to it as the type comes.</summary>
    public static object? Zero(Type type)
    {
        if (type == typeof(string)) return "";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return Array.CreateInstance(type.GetGenericArguments()[0], 0);
        if (type.IsValueType) return Activator.CreateInstance(type);
        var constructor = type.GetConstructors().Single();
        return constructor.Invoke([.. constructor.GetParameters().Select(part => Zero(part.ParameterType))]);
    }

    private static Pair Of<T>(T ours, Func<T, object> theirs) where T : notnull => new(ours, theirs(ours));

    /// <summary>The upper half of the numbers of a signed type are the negative ones.</summary>
    private static Pair Number(Chance chance, IntType type, Type target)
    {
        var bits = int.Parse(type.CanonicalName.AsSpan(type.CanonicalName.IndexOf('t') + 1),
            System.Globalization.CultureInfo.InvariantCulture);
        var number = chance.Number(bits);
        if (!type.CanonicalName.StartsWith('u'))
        {
            if (number >= BigInteger.One << (bits - 1)) number -= BigInteger.One << bits;
            return new Pair(target == typeof(Int256)
                ? (Int256)number : Convert.ChangeType((long)number, target, System.Globalization.CultureInfo.InvariantCulture), number);
        }

        object ours = target.IsEnum ? Enum.ToObject(target, (byte)number)
            : target == typeof(Uint256) ? (Uint256)number
            : target == typeof(UInt128) ? (UInt128)number
            : Convert.ChangeType((ulong)number, target, System.Globalization.CultureInfo.InvariantCulture);
        return new Pair(ours, number);
    }

    private static Pair Bytes(byte[] bytes, Type target) => new(
        target == typeof(Hash32) ? new Hash32(bytes) : target == typeof(ReadOnlyMemory<byte>)
            ? new ReadOnlyMemory<byte>(bytes) : throw new InvalidOperationException($"{target} takes no bytes."),
        bytes);

    private static Pair List(Chance chance, ABIType element, Type target, int count)
    {
        var type = target.GetGenericArguments()[0];
        var items = Enumerable.Range(0, count).Select(_ => Draw(chance, element, type)).ToArray();
        var ours = Array.CreateInstance(type, count);
        for (var i = 0; i < count; i++) ours.SetValue(items[i].Ours, i);
        return new Pair(ours, items.Select(item => item.Theirs).ToList());
    }

    private static Pair Tuple(Chance chance, TupleType tuple, Type target)
    {
        var constructor = target.GetConstructors().Single(one => one.GetParameters().Length == tuple.Components.Length);
        var parts = constructor.GetParameters()
            .Zip(tuple.Components, (part, component) => Draw(chance, component.ABIType, part.ParameterType)).ToArray();
        return new Pair(constructor.Invoke([.. parts.Select(part => part.Ours)]), parts.Select(part => part.Theirs).ToArray());
    }
}

/// <summary>Values of both libraries in one form, so that a test can compare them: text in brackets.</summary>
internal static class Form
{
    /// <summary>The parts of a result or a record, in order.</summary>
    public static string OfParts(object ours)
    {
        IEnumerable<object?> parts = ours is ITuple tuple
            ? Enumerable.Range(0, tuple.Length).Select(i => tuple[i])
            : ours.GetType().GetConstructors()
                .Single(one => one.GetParameters().Length > 0
                    || ours.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Length == 0)
                .GetParameters().Select(part => ours.GetType().GetProperty(part.Name!)!.GetValue(ours));
        return $"[{string.Join(", ", parts.Select(Of))}]";
    }

    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => Address.TryParse(text, out var address) && text.Length == 42 ? address.ToString() : $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        byte[] bytes => Convert.ToHexStringLower(bytes),
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        Hash32 hash => Convert.ToHexStringLower(hash.AsSpan()),
        Address address => address.ToString(),
        Enum choice => Convert.ToUInt64(choice, System.Globalization.CultureInfo.InvariantCulture)
            .ToString(System.Globalization.CultureInfo.InvariantCulture),
        ParameterOutput output => Of(output.Result),
        BigInteger or Uint256 or Int256 or UInt128 or byte or ushort or uint or ulong or sbyte or short or int or long => value.ToString()!,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => OfParts(value),
    };
}
