using System.Text.Json;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Storage;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DataBright.Node.Rest;

/// <summary>
/// The OpenAPI 3.1 document. Types that write themselves as text are described here; the numbers of things, where the things are.
/// </summary>
internal static class OpenApi
{
    private static readonly Dictionary<Type, Func<OpenApiSchema>> Forms = new()
    {
        [typeof(Money)] = () => Text("Dollars with at most six decimals.", "^[0-9]+\\.[0-9]{2,6}$"),
        [typeof(ShareAmount)] = () => Text("Shares with at most eighteen decimals.", "^[0-9]+(\\.[0-9]{1,18})?$"),
        [typeof(Address)] = () => Text("An account or contract, with its EIP-55 checksum.", "^0x[0-9a-fA-F]{40}$"),
        [typeof(Hash32)] = () => Text("32 bytes.", "^0x[0-9a-f]{64}$"),
        [typeof(Cid)] = () => Text("An IPFS content identifier; GET /ipfs/{cid} gives the file.", "^[a-zA-Z0-9]+$"),
        [typeof(Fraction)] = () => new() { Type = JsonSchemaType.Number, Description = "A part of one, to the millionth." },
        [typeof(DebtKind)] = () => OneOf(MarketWords.DebtKinds.Select(kind => kind.Name)),
        [typeof(DateTimeOffset)] = () => new() { Type = JsonSchemaType.String, Format = "date-time",
            Description = "9999-12-31T23:59:59Z stands for any time from then on." },
        [typeof(TimeSpan)] = () => new() { Type = JsonSchemaType.String, Format = "duration" },
    };

    private static readonly Dictionary<string, Func<OpenApiSchema>> Parameters = new()
    {
        ["id"] = () => Number("Counted from 1."),
        ["dataset"] = () => Number("Only of this dataset."),
        ["limit"] = () => new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = PageRequest.Most.ToString(),
            Default = JsonValue.Create(PageRequest.Default) },
        ["cursor"] = () => new() { Type = JsonSchemaType.String, MaxLength = 300, Description = "The 'next' of the page before." },
        ["account"] = Forms[typeof(Address)],
        ["cid"] = Forms[typeof(Cid)],
        ["q"] = () => new() { Type = JsonSchemaType.String, MaxLength = Search.MaxCharacters },
    };

    public static void Apply(OpenApiOptions options, NumberForms numbers)
    {
        var forms = new Dictionary<Type, Func<OpenApiSchema>>(Forms);
        foreach (var form in numbers.All) forms.Add(form.Id, () => Number(form.Summary));
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "DataBright", Version = "v1",
                Description =
                    "Everything the node has read from the ledger. Reading needs no account. Errors are problem details (RFC 9457)." };
            document.Servers = [];
            // HEAD is wherever GET is, and says the same.
            foreach (var path in document.Paths.Values)
                if (path.Operations is { } operations && operations.ContainsKey(HttpMethod.Get)) operations.Remove(HttpMethod.Head);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (forms.TryGetValue(type, out var form)) Describe(schema, form());
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.OperationId = OperationName(context.Description.HttpMethod ?? "GET", context.Description.RelativePath ?? "");
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
                if (Parameters.TryGetValue(parameter.Name ?? "", out var form)) parameter.Schema = form();
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// What generated clients call it, such as <c>getDatasetsByIdShards</c>: the method and the path, which no other operation has and
    /// which stay as long as the interface has this version.
    /// </summary>
    internal static string OperationName(string method, string path) => method.ToLowerInvariant() + string.Concat(path
        .Split(['/', '-', '.'], StringSplitOptions.RemoveEmptyEntries).SkipWhile(part => part is "api" or "v1")
        .Select(part => part.StartsWith('{') ? "By" + Capital(part.Trim('{', '}', '*')) : Capital(part)));

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static OpenApiSchema Number(string what) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "1", Description = what };

    private static OpenApiSchema Text(string what, string pattern) =>
        new() { Type = JsonSchemaType.String, Pattern = pattern, Description = what };

    private static OpenApiSchema OneOf(IEnumerable<string> names) =>
        new() { Type = JsonSchemaType.String, Enum = [.. names.Select(name => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(name)!)] };

    private static void Describe(OpenApiSchema schema, OpenApiSchema form) =>
        (schema.Type, schema.Format, schema.Pattern, schema.Minimum, schema.Description, schema.Enum, schema.Properties) =
            (form.Type, form.Format, form.Pattern, form.Minimum, form.Description, form.Enum, null);
}
