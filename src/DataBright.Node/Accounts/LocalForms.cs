using DataBright.Node.Rest;
using Microsoft.AspNetCore.Antiforgery;

namespace DataBright.Node.Accounts;

/// <summary>A form that acts for a local account counts only if this node made it for this session.</summary>
internal static class LocalForms
{
    /// <exception cref="InvalidRequestException">It was made for another session, or another site sent it.</exception>
    public static async Task RequireOwnAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
            && await antiforgery.IsRequestValidAsync(context)) return;
        throw new InvalidRequestException("form",
            "This form was made for another session, or before the node was started again. Load the page again and send it once more.");
    }
}
