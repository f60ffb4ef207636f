using DataBright.Node.Accounts;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Buying;

/// <summary>Forms of which this node makes a draft: sent plainly from a page, or by a program with an upload's leave.</summary>
internal static class DraftForms
{
    /// <summary>A plain form, for a key that this node has unlocked.</summary>
    public static async Task<IResult> PostAsync(
        HttpContext context, string path, VisitorSession visitor, IAntiforgery antiforgery, Func<IFormCollection, Task<string?>> read,
        Func<string, Task<IResult>> refuse, CancellationToken stop)
    {
        if (visitor.Session is null) return FollowUp.SeeOther(context, QueryHelpers.AddQueryString("/account", "from", path));
        try
        {
            var form = await FileForm.ReadAsync(context.Request, stop);
            await LocalForms.RequireOwnAsync(context, antiforgery);
            return await read(form) is { } draft
                ? FollowUp.SeeOther(context, QueryHelpers.AddQueryString(path, "draft", draft)) : new NotFoundAnswer("such thing");
        }
        catch (RefusedException refused)
        {
            return await refuse(refused.Message);
        }
    }

    public static async Task<IResult> SendAsync(HttpContext context, FileSender sender, Func<IFormCollection, string, Task<string?>> read,
        Func<string, IResult> tell, string what, CancellationToken stop)
    {
        try
        {
            var uploader = await sender.AdmitAsync(context, stop);
            return await read(await FileForm.ReadAsync(context.Request, stop), uploader) is { } draft
                ? tell(draft) : new NotFoundAnswer(what);
        }
        catch (UploadRefusedException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
    }

    public static RazorComponentResult<TPage> Refused<TPage>(object parameters) where TPage : Microsoft.AspNetCore.Components.IComponent =>
        new RazorComponentResult<TPage>(parameters) { StatusCode = StatusCodes.Status422UnprocessableEntity };

    public static string? Forgotten(string? draft, object? hand) =>
        hand is null && !string.IsNullOrEmpty(draft) ? "This node has forgotten what was prepared. Prepare it again." : null;
}
