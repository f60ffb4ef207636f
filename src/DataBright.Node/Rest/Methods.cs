namespace DataBright.Node.Rest;

/// <summary>HEAD wherever GET is, and OPTIONS wherever anything is (RFC 9110, 9.1 and 9.3.7).</summary>
internal static class Methods
{
    /// <summary>Routes that are mapped to this group answer HEAD as they answer GET. The server leaves the body away.</summary>
    public static RouteGroupBuilder MapWithHead(this IEndpointRouteBuilder app)
    {
        var all = app.MapGroup("");
        ((IEndpointConventionBuilder)all).Finally(AddHead);
        return all;
    }

    /// <summary>Says which methods an address takes. Routing has found out by then that it is not this one.</summary>
    public static void UseOptions(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        var response = context.Response;
        if (!HttpMethods.IsOptions(context.Request.Method) || response.HasStarted
            || response.StatusCode != StatusCodes.Status405MethodNotAllowed) return;
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.Allow = $"{response.Headers.Allow}, {HttpMethods.Options}";
    });

    private static void AddHead(EndpointBuilder endpoint)
    {
        for (int i = 0; i < endpoint.Metadata.Count; i++)
            if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: var methods } known && methods.Contains(HttpMethods.Get)
                && !methods.Contains(HttpMethods.Head))
                endpoint.Metadata[i] = new HttpMethodMetadata([.. methods, HttpMethods.Head], known.AcceptCorsPreflight);
    }
}
