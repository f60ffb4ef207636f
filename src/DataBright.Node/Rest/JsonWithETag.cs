using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DataBright.Node.Rest;

/// <summary>A JSON answer under an ETag of its content: whoever has it already is told so and sent nothing.</summary>
public sealed class JsonWithETag<T>(T value) : IResult, IEndpointMetadataProvider
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices
            .GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>().Value.SerializerOptions;
        var content = JsonSerializer.SerializeToUtf8Bytes(value, json);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"");
        httpContext.Response.Headers.CacheControl = "no-cache";
        await TypedResults.Bytes(content, "application/json; charset=utf-8", entityTag: tag).ExecuteAsync(httpContext);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ProblemDetails),
            ["application/problem+json"]));
    }
}

/// <summary>What was asked for is not on the ledger, or not yet in the index.</summary>
public sealed class NotFoundAnswer(string what) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        ErrorResponses.WriteAsync(httpContext, StatusCodes.Status404NotFound, "There is no such thing",
            $"There is no {what} on this ledger, as far as this node has read it.");

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status404NotFound, typeof(ProblemDetails),
            ["application/problem+json"]));
}

/// <summary>The outcomes that nearly every route has.</summary>
internal static class JsonAnswers
{
    public static JsonWithETag<T> With<T>(T value) => new(value);

    /// <summary>A page whose cursor names its list.</summary>
    public static JsonWithETag<Page<T>> With<T>(string list, Page<T> page) =>
        new(page with { Next = page.Next is { } next ? Cursor.Write(list, next) : null });
}
