namespace DataBright.Architecture.Patches;

/// <summary>A new kind of store for files.</summary>
public sealed class StorePatchTests : WorkedPatchTests
{
    private const string Storage = "src/DataBright.Storage/";

    private protected override WorkedPatch Patch =>
        new("add-a-store", Storage, Shared: [Storage + "Options/BlobStoreKinds.cs"], MaxFilesOutside: 2);
}
