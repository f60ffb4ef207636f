using DataBright.Node.Rest;

namespace DataBright.Node.Storage;

/// <summary>Which blocks of a file go into an archive.</summary>
/// <param name="RootOnly">The block of the address alone.</param>
/// <param name="Repeats">A block that comes twice in the file comes twice in the archive.</param>
internal readonly record struct CarOrder(bool RootOnly, bool Repeats)
{
    public string ContentType => $"{GatewayFormats.Car}; version=1; order=dfs; dups={(Repeats ? "y" : "n")}";

    /// <summary>Part of the archive's tag: another choice is another archive.</summary>
    public string Tag => (RootOnly ? "block" : "all") + (Repeats ? ".dups" : "");

    /// <exception cref="InvalidRequestException">An archive of that kind is not made here.</exception>
    public static CarOrder Of(HttpRequest request)
    {
        Require(request, "car-version", null, "1");
        Require(request, "car-order", null, "dfs", "unk");
        var scope = Require(request, "dag-scope", null, "block", "entity", "all") ?? "all";
        var repeats = Require(request, "car-dups", GatewayFormats.ParameterOf(request, "dups"), "y", "n") ?? "n";
        return new CarOrder(scope == "block", repeats == "y");
    }

    private static string? Require(HttpRequest request, string name, string? otherwise, params string[] known)
    {
        var values = request.Query[name];
        var value = values.Count == 0 ? otherwise : values.ToString();
        return value is null || known.Contains(value)
            ? value : throw new InvalidRequestException(name, $"'{name}' is one of: {string.Join(", ", known)}.");
    }
}
