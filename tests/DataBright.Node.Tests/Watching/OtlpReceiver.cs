using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Watching;

/// <summary>A collector that takes OTLP over HTTP and keeps the bytes.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address { get; private init; } = null!;

    /// <summary>What came: the path, the type of the content, the bytes.</summary>
    public ConcurrentQueue<(string Path, string? Type, byte[] Body)> Got { get; private init; } = [];

    /// <summary>Names of headers that came with it.</summary>
    public ConcurrentDictionary<string, bool> Headers { get; private init; } = [];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var got = new ConcurrentQueue<(string, string?, byte[])>();
        var headers = new ConcurrentDictionary<string, bool>();
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            foreach (var header in context.Request.Headers.Keys) headers[header] = true;
            got.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new OtlpReceiver(app) { Address = new Uri(address), Got = got, Headers = headers };
    }

    /// <summary>Every text in what came to a path: names, keys, values.</summary>
    public HashSet<string> Texts(string path)
    {
        var texts = new HashSet<string>();
        foreach (var (_, _, body) in Got.Where(one => one.Path == path)) Walk(body, texts).ShouldBeTrue("it is protobuf");
        return texts;
    }

    public bool Contains(ReadOnlySpan<byte> bytes)
    {
        foreach (var (_, _, body) in Got)
            if (body.AsSpan().IndexOf(bytes) >= 0) return true;
        return false;
    }

    public bool Contains(string text) => Contains(Encoding.UTF8.GetBytes(text));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>
    /// Goes through a message of the wire format (https://protobuf.dev/programming-guides/encoding/) without knowing its schema.
    /// </summary>
    private static bool Walk(ReadOnlySpan<byte> message, HashSet<string> texts)
    {
        while (!message.IsEmpty)
        {
            if (!Varint(ref message, out var key) || key >> 3 == 0) return false;
            switch (key & 7)
            {
                case 0 when Varint(ref message, out _):
                    break;
                case 1 when message.Length >= 8:
                    message = message[8..];
                    break;
                case 5 when message.Length >= 4:
                    message = message[4..];
                    break;
                case 2 when Varint(ref message, out var length) && length <= (ulong)message.Length:
                    var field = message[..(int)length];
                    message = message[(int)length..];
                    var within = new HashSet<string>();
                    if (field.Length > 0 && Walk(field, within)) texts.UnionWith(within);
                    if (field.Length > 0 && field.IndexOfAnyInRange((byte)0, (byte)31) < 0) texts.Add(Encoding.UTF8.GetString(field));
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool Varint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && !message.IsEmpty; shift += 7)
        {
            var next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }
}
