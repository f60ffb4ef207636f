namespace DataBright.Learning.Cards;

/// <summary>Who made a dataset.</summary>
/// <param name="Name">The name.</param>
/// <param name="Url">A page about them.</param>
/// <param name="IsOrganisation">False for a person.</param>
public sealed record CardCreator(string Name, string? Url = null, bool IsOrganisation = true);

/// <summary>One file of a dataset.</summary>
/// <param name="Id">What fields refer to it by; unique in the card.</param>
/// <param name="Name">Its name.</param>
/// <param name="ContentUrl">Where it is: an address, or a path beside the card.</param>
/// <param name="EncodingFormat">Its media type, for example <c>text/csv</c>.</param>
/// <param name="Sha256">The hash of its content; null only when read from a card that has another hash or a placeholder, or from one whose
/// file is inside another.</param>
/// <param name="ContentSize">Its size, for example <c>1024 B</c>.</param>
public sealed record CardFile(string Id, string Name, string ContentUrl, string EncodingFormat, Digest? Sha256, string? ContentSize = null);

/// <summary>Many files of a dataset that are alike.</summary>
/// <param name="Id">What fields refer to it by; unique in the card.</param>
/// <param name="Includes">The pattern of their paths, for example <c>images/*/*.png</c>.</param>
/// <param name="EncodingFormat">Their media type.</param>
/// <param name="ContainedIn">The file they are in, by its id; null for the card's own folder.</param>
public sealed record CardFileSet(string Id, string Includes, string EncodingFormat, string? ContainedIn = null);

/// <summary>What each record of a set has.</summary>
/// <param name="Id">Unique in the card.</param>
/// <param name="Name">The name.</param>
/// <param name="DataType">What it is, for example <c>sc:Float</c>, <c>sc:Text</c>, <c>sc:ImageObject</c>, <c>cr:Label</c>; null when its
/// parts say it, or nothing does.</param>
/// <param name="Source">The file, file set or record set it comes from, by its id; null for fields that are given in the card
/// itself.</param>
/// <param name="Column">The column of a table it comes from.</param>
/// <param name="Description">For people.</param>
public sealed record CardField(string Id, string Name, string? DataType, string? Source, string? Column = null, string? Description = null);

/// <summary>Records that are alike.</summary>
/// <param name="Id">Unique in the card.</param>
/// <param name="Name">The name.</param>
/// <param name="Fields">What each record has.</param>
public sealed record CardRecordSet(string Id, string Name, IReadOnlyList<CardField> Fields);

/// <summary>
/// All that a new card says. The required properties of Croissant 1.0 are the parameters without a default; a new card needs them all.
/// Published cards lack many of them, which are then null here.
/// </summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="Description">What it is.</param>
/// <param name="License">The address or SPDX identifier of its licence.</param>
/// <param name="Url">The dataset's page.</param>
/// <param name="Creators">Who made it, one at least in a new card.</param>
/// <param name="DatePublished">When it was published.</param>
/// <param name="Files">Its files.</param>
/// <param name="FileSets">Its sets of files.</param>
/// <param name="RecordSets">Its records.</param>
/// <param name="Version">For example <c>1.0.0</c>.</param>
/// <param name="CiteAs">How to cite it.</param>
public sealed record CardFacts(
    string Name, string? Description, string? License, string? Url, IReadOnlyList<CardCreator> Creators, DateOnly? DatePublished,
    IReadOnlyList<CardFile> Files, IReadOnlyList<CardFileSet> FileSets, IReadOnlyList<CardRecordSet> RecordSets, string? Version = null,
    string? CiteAs = null);
