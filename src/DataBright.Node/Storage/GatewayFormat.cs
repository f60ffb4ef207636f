using DataBright.Node.Rest;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DataBright.Node.Storage;

/// <summary>The forms in which a file is given out.</summary>
internal enum GatewayFormat
{
    /// <summary>The bytes of the file.</summary>
    File,

    /// <summary>The one block that hashes to the address.</summary>
    Raw,

    /// <summary>The blocks of the file in an archive.</summary>
    Car,
}

/// <summary>
/// Which form is asked for, by <c>format</c> or else by <c>Accept</c>, as IPFS gateways have it (specs.ipfs.tech/http-gateways).
/// </summary>
internal static class GatewayFormats
{
    public const string Raw = "application/vnd.ipld.raw", Car = "application/vnd.ipld.car";

    /// <summary>Forms that other gateways have, by their names in <c>format</c>.</summary>
    private static readonly string[] OfOthers = ["tar", "dag-json", "dag-cbor", "json", "cbor", "ipns-record"];

    /// <returns>Null where nothing that would be accepted can be given.</returns>
    /// <exception cref="InvalidRequestException">There is no such form at all.</exception>
    public static GatewayFormat? Of(HttpRequest request)
    {
        if (request.Query["format"] is [{ Length: > 0 } named]) return Named(named);
        if (request.Query["format"].Count > 1) throw new InvalidRequestException("format", "'format' is given more than once.");
        return Accepted(request.Headers.Accept);
    }

    private static GatewayFormat? Named(string name) => name.ToLowerInvariant() switch
    {
        "raw" => GatewayFormat.Raw,
        "car" => GatewayFormat.Car,
        var other when OfOthers.Contains(other) => null,
        _ => throw new InvalidRequestException("format",
            "There is no such format: ask for raw, car, or leave it out for the bytes of the file."),
    };

    /// <summary>
    /// Whoever asks for an IPLD form checks hashes and must not be sent another; whoever asks for anything else gets the bytes of the file.
    /// </summary>
    private static GatewayFormat? Accepted(StringValues header)
    {
        if (!MediaTypeHeaderValue.TryParseList(header, out var all)) return GatewayFormat.File;
        var wanted = all.Where(one => one.Quality is null or > 0).OrderByDescending(one => one.Quality ?? 1).ToList();
        if (wanted.Count == 0) return all.Count == 0 ? GatewayFormat.File : null;
        foreach (var one in wanted)
            if (FormOf(one) is { } form) return form;
        return null;
    }

    private static GatewayFormat? FormOf(MediaTypeHeaderValue one)
    {
        if (Is(one, Raw)) return GatewayFormat.Raw;
        if (Is(one, Car))
            return Parameter(one, "version") is null or "1" && Parameter(one, "order") is null or "dfs" or "unk" ? GatewayFormat.Car : null;
        return one.MediaType.StartsWith("application/vnd.ip", StringComparison.OrdinalIgnoreCase) || Is(one, "application/x-tar")
            ? null : GatewayFormat.File;
    }

    /// <summary>A parameter of the archive that was asked for by Accept; null where none is.</summary>
    public static string? ParameterOf(HttpRequest request, string name) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var all) && all.FirstOrDefault(one => Is(one, Car)) is { } car
            ? Parameter(car, name) : null;

    private static bool Is(MediaTypeHeaderValue one, string type) => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase);

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? HeaderUtilities.RemoveQuotes(found.Value).ToString().ToLowerInvariant() : null;
}
