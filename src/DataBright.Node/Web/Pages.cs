using DataBright.Node.Rest;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Web;

internal static class Pages
{
    /// <summary>A page, or the page that says it is not there.</summary>
    public static RazorComponentResult Show<TPage>(object parameters) where TPage : IComponent => new(typeof(TPage), parameters);

    /// <summary>The address of the next part of a list; null at its end.</summary>
    /// <param name="path">The page, with its other questions.</param>
    public static string? Next<T>(Page<T> page, string list, string path, string parameter = "cursor") =>
        page.Next is { } next ? QueryHelpers.AddQueryString(path, parameter, Cursor.Write(list, next)) : null;
}
