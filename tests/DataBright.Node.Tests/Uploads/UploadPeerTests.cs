using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DataBright.Storage;

namespace DataBright.Node.Tests.Uploads;

/// <summary>The public client of the protocol, tus-js-client, against the node.</summary>
public sealed class UploadPeerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_public_tus_client_uploads_breaks_off_and_resumes()
    {
        var script = Path.Combine(Folder(), "..", "Peers", "tus.mjs");
        Assert.SkipUnless(IsInstalled(script, "tus-js-client"), "The npm package tus-js-client is not installed.");
        await using var node = await UploadNode.StartAsync();
        var content = UploadNode.Content(900_000);
        var cid = FileDag.RootOf(content);
        var found = await AskAsync(script,
            new { endpoint = new Uri(node.Address, "api/v1/uploads"), size = content.Length, piece = 200_000, cid = cid.ToString() });
        found.GetProperty("cutAt").GetInt32().ShouldBe(200_000);
        found.GetProperty("resumedAt").GetInt32().ShouldBeGreaterThanOrEqualTo(200_000);
        found.GetProperty("path").GetString().ShouldBe($"/ipfs/{cid}");
        (await node.Http.GetByteArrayAsync($"/ipfs/{cid}", Stop)).ShouldBe(content);
    }

    private static async Task<JsonElement> AskAsync(string script, object request)
    {
        using var peer = Process.Start(new ProcessStartInfo("node",
            [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> answer = peer.StandardOutput.ReadToEndAsync(Stop), errors = peer.StandardError.ReadToEndAsync(Stop);
        await JsonSerializer.SerializeAsync(peer.StandardInput.BaseStream, request, cancellationToken: Stop);
        peer.StandardInput.Close();
        await peer.WaitForExitAsync(Stop);
        peer.ExitCode.ShouldBe(0, await errors);
        return JsonDocument.Parse(await answer).RootElement;
    }

    /// <summary>Looks where Node.js would.</summary>
    private static bool IsInstalled(string script, string package)
    {
        for (var folder = Directory.GetParent(Path.GetFullPath(script)); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "node_modules", package))) return true;
        return false;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
