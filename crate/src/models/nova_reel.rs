//! Amazon Nova Reel: the `modelInput` of StartAsyncInvoke. The video goes to S3; there is no answer's body here.
//! Source: AWS's Nova user guide, page video-gen-access.

use crate::types::ImageBlock;

structure! {
    /// What Nova Reel takes: a task, that task's parameters, and the video's form.
    NovaReelRequest => NovaReelRequestBuilder {
        task_type = "taskType": one(NovaReelTask), required;
        text_to_video_params = "textToVideoParams": one(TextToVideoParams);
        multi_shot_automated_params = "multiShotAutomatedParams": one(MultiShotAutomatedParams);
        multi_shot_manual_params = "multiShotManualParams": one(MultiShotManualParams);
        video_generation_config = "videoGenerationConfig": one(VideoGenerationConfig);
    }
}

open_enum! {
    /// A task of Nova Reel.
    NovaReelTask {
        TextVideo = "TEXT_VIDEO", MultiShotAutomated = "MULTI_SHOT_AUTOMATED", MultiShotManual = "MULTI_SHOT_MANUAL",
    }
}

structure! {
    /// Six seconds from a text.
    TextToVideoParams => TextToVideoParamsBuilder {
        /// 1 to 512 characters.
        text = "text": text(), required;
        /// At most one, the first frame: PNG or JPEG of 1,280 by 720 pixels.
        images = "images": list(ImageBlock, push_image);
    }
}

structure! {
    /// Up to two minutes from one text.
    MultiShotAutomatedParams => MultiShotAutomatedParamsBuilder {
        /// 1 to 4,000 characters.
        text = "text": text(), required;
    }
}

structure! {
    /// Up to two minutes, shot by shot.
    MultiShotManualParams => MultiShotManualParamsBuilder {
        shots = "shots": list(NovaReelShot, push_shot), required;
    }
}

structure! {
    /// A shot of six seconds.
    NovaReelShot => NovaReelShotBuilder {
        /// 1 to 512 characters.
        text = "text": text(), required;
        image = "image": one(ImageBlock);
    }
}

structure! {
    /// The video's form.
    VideoGenerationConfig => VideoGenerationConfigBuilder {
        /// Seconds: 6, or a multiple of 6 from 12 to 120 when the shots are automatic; none when they are given.
        duration_seconds = "durationSeconds": number(i32);
        /// Frames a second: 24 is the only value.
        fps = "fps": number(i32);
        /// `1280x720` is the only value.
        dimension = "dimension": text();
        /// 0 to 2,147,483,646, default 42.
        seed = "seed": number(i64);
    }
}
