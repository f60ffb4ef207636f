using System.Text.Json;

namespace DataBright.Architecture.Natives;

/// <summary>
/// The program comes with its native libraries for every platform of docs/platforms.md, in the folder where the host looks for them,
/// and each is what its folder says: by its headers, not by its name.
/// </summary>
public sealed class NativeLibraryTests
{
    private static readonly string Output = AppContext.BaseDirectory;

    private static readonly string[] Platforms =
        ["linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64", "osx-x64", "osx-arm64", "win-x64", "win-arm64"];

    public static TheoryData<string, string> Wanted()
    {
        var wanted = new TheoryData<string, string>();
        foreach (var library in (string[])["secp256k1", "e_sqlite3"])
            foreach (var platform in Platforms)
                wanted.Add(platform, library);
        return wanted;
    }

    [Theory]
    [MemberData(nameof(Wanted))]
    public void A_library_is_in_the_output_and_is_of_its_platform(string platform, string library)
    {
        var path = $"runtimes/{platform}/native/{FileName(platform, library)}";
        Assets.Value.ShouldContainKeyAndValue(path, platform, "the host finds a library by databright.deps.json");
        var file = File.ReadAllBytes(Path.Combine(Output, path));

        var found = NativeLibrary.Read(file);

        found.Format.ShouldBe(platform.Split('-')[0] switch { "linux" => Format.Elf, "osx" => Format.MachO, _ => Format.Pe });
        found.Processor.ShouldBe(platform.EndsWith("arm64", StringComparison.Ordinal) ? Processor.Arm64 : Processor.X64);
    }

    [Theory]
    [InlineData("linux-x64", "secp256k1")]
    [InlineData("linux-x64", "e_sqlite3")]
    [InlineData("linux-arm64", "secp256k1")]
    [InlineData("linux-arm64", "e_sqlite3")]
    [InlineData("linux-musl-x64", "secp256k1")]
    [InlineData("linux-musl-x64", "e_sqlite3")]
    [InlineData("linux-musl-arm64", "secp256k1")]
    [InlineData("linux-musl-arm64", "e_sqlite3")]
    public void A_library_for_musl_asks_for_nothing_of_glibc_and_the_others_for_none_newer_than_2_34(string platform, string library)
    {
        var file = File.ReadAllBytes(Path.Combine(Output, "runtimes", platform, "native", FileName(platform, library)));
        var needs = NativeLibrary.Read(file).Needs;

        if (platform.Contains("musl", StringComparison.Ordinal))
        {
            needs.ShouldHaveSingleItem().ShouldBeOneOf("libc.so", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1");
            NativeLibrary.Glibc(file).ShouldBeNull();
        }
        else
        {
            needs.ShouldContain("libc.so.6");
            var glibc = NativeLibrary.Glibc(file).ShouldNotBeNull();
            glibc.ShouldBeLessThanOrEqualTo(new Version(2, 34), "docs/platforms.md names the oldest glibc");
        }
    }

    [Fact]
    public void Platforms_are_told_apart()
    {
        var x64 = Read("linux-x64");
        Read("linux-arm64").Processor.ShouldNotBe(x64.Processor);
        Read("linux-musl-x64").Needs.ShouldNotBe(x64.Needs);
        Should.Throw<InvalidDataException>(() => NativeLibrary.Read("#!/bin/sh"u8.ToArray()));

        static NativeLibrary Read(string platform) =>
            NativeLibrary.Read(File.ReadAllBytes(Path.Combine(Output, "runtimes", platform, "native", "libe_sqlite3.so")));
    }

    /// <summary>Files of databright.deps.json by the platform it gives them for.</summary>
    private static readonly Lazy<Dictionary<string, string>> Assets = new(() =>
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "databright.deps.json")));
        return json.RootElement.GetProperty("targets").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject())
            .Where(library => library.Value.TryGetProperty("runtimeTargets", out _))
            .SelectMany(library => library.Value.GetProperty("runtimeTargets").EnumerateObject())
            .Where(asset => asset.Value.GetProperty("assetType").GetString() == "native")
            .ToDictionary(asset => asset.Name, asset => asset.Value.GetProperty("rid").GetString()!);
    });

    private static string FileName(string platform, string library) => platform.Split('-')[0] switch
    {
        "linux" => $"lib{library}.so",
        "osx" => $"lib{library}.dylib",
        _ => $"{library}.dll",
    };
}
