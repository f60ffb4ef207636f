using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace DataBright.Node.Rest;

/// <summary>
/// How often one place on the network may ask for what makes the node ask the chain, or for what costs it much to read. Other reading is
/// not limited.
/// </summary>
internal static class WriteLimits
{
    public const string Name = "writes";

    /// <summary>A page asks twice for what a person does once.</summary>
    public const int PerMinute = 240;

    /// <summary>The policy of what is read at some cost: from files, from many rows, by drawing.</summary>
    public const string Costly = "costly";

    /// <summary>A page of a dataset shows ten such parts, and a person leafs.</summary>
    public const int CostlyPerMinute = 1_200;

    private const int Parts = 6;
    private const int HomeNetworkBytes = 8;

    public static void AddWriteLimits(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Name, context => PerPlace(context, PerMinute));
        limits.AddPolicy(Costly, context => PerPlace(context, CostlyPerMinute));
        limits.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Refuse(RefusalArea.Request, "TooManyRequests");
            // A part of the window passes in so many seconds, and frees what was asked in it.
            rejected.HttpContext.Response.Headers.RetryAfter = (60 / Parts).ToString(CultureInfo.InvariantCulture);
            await ErrorResponses.WriteAsync(
                rejected.HttpContext, StatusCodes.Status429TooManyRequests, "Too many requests",
                $"This node answers {(IsCostly(rejected.HttpContext) ? CostlyPerMinute : PerMinute)} such requests a minute from one "
                + "place. Wait a while.", rule: "TooManyRequests");
        };
    });

    private static RateLimitPartition<string> PerPlace(HttpContext context, int perMinute) => RateLimitPartition.GetSlidingWindowLimiter(
        Place(context.Connection.RemoteIpAddress),
        _ => new SlidingWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = Parts });

    private static bool IsCostly(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Costly;

    /// <summary>Whoever has one address of version 6 has 2^64 of them.</summary>
    internal static string Place(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, HomeNetworkBytes)) : address?.ToString() ?? "";
    }
}
