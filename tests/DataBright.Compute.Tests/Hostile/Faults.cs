using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using DataBright.Compute.Ledger;
using DataBright.Ethereum;
using Microsoft.Data.Sqlite;

namespace DataBright.Compute.Hostile;

/// <summary>
/// Every exception that can be made of the libraries that a role calls: the runtime's, the network's, the databases' and this product's.
/// Found by reflection, so that a new one is tried without anybody writing it down.
/// </summary>
internal static class Faults
{
    private const string Words = "fault under test";

    private static readonly Assembly[] Libraries =
    [
        typeof(object).Assembly, typeof(HttpRequestException).Assembly, typeof(SocketException).Assembly, typeof(JsonException).Assembly,
        typeof(SqliteException).Assembly,
        typeof(DataBright.Storage.Cid).Assembly, typeof(ChainException).Assembly, typeof(MalformedInputException).Assembly,
        typeof(LedgerUnavailableException).Assembly,
    ];

    /// <summary>What a runtime that cannot go on throws: no program lives through it, and nobody throws it in earnest.</summary>
    private static readonly HashSet<string> Fatal = ["StackOverflowException", "ExecutionEngineException", "ThreadAbortException",
        "ThreadInterruptedException"];

    private static readonly HashSet<string> Chosen =
    [
        "NullReferenceException", "OutOfMemoryException", "InvalidOperationException", "OverflowException", "FormatException",
        "IOException", "SqliteException", "TimeoutException",
        "TaskCanceledException", "OperationCanceledException", "AggregateException", "HttpRequestException", "JsonException",
        "KeyNotFoundException", "ObjectDisposedException",
        "a full disk", "a busy database", "a full database", "a damaged database", "a canceled token of a stranger",
        "an exception within exceptions", "an exception without words",
    ];

    /// <summary>All of them; well over a hundred.</summary>
    public static IReadOnlyList<Fault> All { get; } = [.. Found().Concat(Shaped()).OrderBy(fault => fault.Name, StringComparer.Ordinal)];

    /// <summary>One of each family that programs tell apart: for harnesses in which a single trial is costly.</summary>
    public static IReadOnlyList<Fault> Families { get; } = [.. All.Where(fault => Chosen.Contains(fault.Name))];

    /// <summary>
    /// What harnesses try at every call: the families, or with DATABRIGHT_THOROUGH=1 all of them, which takes most of an hour.
    /// </summary>
    public static IReadOnlyList<Fault> Tried => IsThorough ? All : Families;

    private static bool IsThorough { get; } = Environment.GetEnvironmentVariable("DATABRIGHT_THOROUGH") == "1";

    /// <summary>
    /// What harnesses with many calls try at one of them: a fifth of the families, another one at the next call, so that each is tried
    /// somewhere.
    /// With DATABRIGHT_THOROUGH=1 it is all of them at each.
    /// </summary>
    /// <param name="place">Which call it is, of all that the harness goes through.</param>
    public static IReadOnlyList<Fault> TriedAt(int place) => IsThorough ? All : [.. Families.Where((_, i) => (i + place) % 5 == 0)];

    private static IEnumerable<Fault> Found()
    {
        foreach (var type in Libraries.SelectMany(library => library.GetExportedTypes())
            .Where(type => type.IsAssignableTo(typeof(Exception)) && !type.IsAbstract && !type.ContainsGenericParameters))
            if (!Fatal.Contains(type.Name) && MakerOf(type) is { } maker) yield return new Fault(type.Name, maker);
    }

    /// <summary>Those whose contents matter to whoever catches them.</summary>
    private static IEnumerable<Fault> Shaped() =>
    [
        new("a full disk", () => new IOException("No space left on device", 28)),
        new("a file too large", () => new IOException("File too large", 27)),
        new("a busy database", () => new SqliteException("SQLite Error 5: 'database is locked'.", 5)),
        new("a full database", () => new SqliteException("SQLite Error 13: 'database or disk is full'.", 13)),
        new("a damaged database", () => new SqliteException("SQLite Error 11: 'database disk image is malformed'.", 11)),
        new("a canceled token of a stranger", () => new OperationCanceledException(Words, new CancellationToken(canceled: true))),
        new("a timed out request", () => new TaskCanceledException(Words, new TimeoutException(Words))),
        new("a refused connection", () => new HttpRequestException(Words, new SocketException((int)SocketError.ConnectionRefused))),
        new("an answer of a broken server", () => new HttpRequestException(Words, null, HttpStatusCode.BadGateway)),
        new("an exception within exceptions",
            () => new AggregateException(Words, new AggregateException(new InvalidOperationException(Words)),
                new OperationCanceledException(Words))),
        new("an exception without words", () => new InvalidDataException("")),
    ];

    /// <summary>The constructor that says most and can be fed; null where there is none.</summary>
    private static Func<Exception>? MakerOf(Type type)
    {
        // Some are made by functions of their own, which their assemblies keep to themselves.
        var open = type.GetConstructors();
        var constructors = (open.Length > 0 ? open : type.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic))
            .OrderByDescending(constructor => constructor.GetParameters().Count(parameter => parameter.ParameterType == typeof(string)))
            .ThenBy(constructor => constructor.GetParameters().Length);
        foreach (var constructor in constructors)
        {
            var parameters = constructor.GetParameters();
            if (parameters.Any(parameter => parameter.ParameterType.IsPointer || parameter.ParameterType.IsByRef
                || parameter.ParameterType.Name == "SerializationInfo")) continue;
            Exception Make() => (Exception)constructor.Invoke([.. parameters.Select(Argument)]);
            try
            {
                if (Make().Message is not null) return Make;
            }
            catch (TargetInvocationException)
            {
                // It takes no such arguments; another constructor may.
            }
        }

        return null;
    }

    private static object? Argument(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(string)) return Words;
        if (type == typeof(Exception)) return new InvalidOperationException(Words);
        if (type == typeof(IOException)) return new IOException(Words);
        if (type == typeof(Uri)) return new Uri("http://127.0.0.1:1/");
        if (type.IsArray) return Array.CreateInstance(type.GetElementType()!, 0);
        if (type.IsValueType) return Activator.CreateInstance(type);
        if (type.IsInterface && type.GenericTypeArguments.Length == 1) return Array.CreateInstance(type.GenericTypeArguments[0], 0);
        return type.GetConstructor(Type.EmptyTypes) is { } plain && !type.IsAbstract ? plain.Invoke(null) : null;
    }
}
