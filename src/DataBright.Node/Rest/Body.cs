using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Rest;

/// <summary>Reads what a stranger sends. Nothing is read beyond the most that it may be, and every bad body has one error.</summary>
internal static class Body
{
    private static readonly JsonSerializerOptions Json = Strict();

    /// <exception cref="InvalidRequestException">It is no JSON of that form.</exception>
    /// <exception cref="BadHttpRequestException">It is too long.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, int maxBytes, CancellationToken stop) where T : class
    {
        // A page of another site cannot send this type without asking first.
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException("Send JSON, under the content type application/json.",
                StatusCodes.Status415UnsupportedMediaType);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Json, stop) ?? throw new JsonException("It says null.");
        }
        catch (JsonException bad)
        {
            throw new InvalidRequestException("body", $"The body cannot be read{JsonProblem.Place(bad)}: {JsonProblem.Words(bad)}");
        }
        catch (Exception bad) when (bad.IsUnreadable())
        {
            // Types that read themselves from text say in their own way that it is none of theirs.
            throw new InvalidRequestException("body", $"The body cannot be read: {bad.Message}");
        }
        catch (BadHttpRequestException long_) when (long_.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new BadHttpRequestException($"A body for this address has at most {maxBytes} bytes.", long_.StatusCode);
        }
    }

    private static JsonSerializerOptions Strict()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Two readers could take two different ones of them.
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        };
        JsonForms.Apply(json);
        return json;
    }
}
