using Microsoft.AspNetCore.Http.Features;

namespace DataBright.Node.Rest;

/// <summary>Reads what a form brings.</summary>
internal static class Forms
{
    /// <exception cref="BadHttpRequestException">It is none, is cut off, or is too long.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken stop, FormOptions? options = null)
    {
        try
        {
            return options is null ? await request.ReadFormAsync(stop) : await request.ReadFormAsync(options, stop);
        }
        catch (Exception odd) when (odd is InvalidDataException or InvalidOperationException
            || odd is IOException and not BadHttpRequestException && !stop.IsCancellationRequested)
        {
            throw new BadHttpRequestException(
                "The form cannot be read: it is cut off, too long, or of another kind than its Content-Type says.",
                StatusCodes.Status400BadRequest, odd);
        }
    }
}
