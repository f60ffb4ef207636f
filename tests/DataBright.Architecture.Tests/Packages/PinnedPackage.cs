namespace DataBright.Architecture.Packages;

/// <summary>A package as its registry names it: <c>nuget</c> or <c>npm</c>, and the name.</summary>
internal sealed record PackageName(string Registry, string Name)
{
    public const string Nuget = "nuget";
    public const string Npm = "npm";

    public override string ToString() => $"{Registry} {Name}";
}

/// <summary>A package at the version that a file pins or locks.</summary>
internal sealed record PinnedPackage(PackageName Package, string Version, string Path);
